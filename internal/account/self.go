package account

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Rename changes the name of somebody who is signed in.
func (s *Service) Rename(ctx context.Context, account id.AccountID, name pii.Name) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		row, err := find(tx, account)
		if err != nil {
			return err
		}
		row.Name = name
		return tx.ChangeAccount(row)
	})
}

// Readdress gives somebody who is signed in another address, by which they sign in from now on, for the password. It stands in
// the trail: whoever takes an account over might begin with that.
func (s *Service) Readdress(ctx context.Context, token, password pii.Token, address pii.Text) error {
	l, row, err := s.confirm(ctx, token, password)
	if err != nil {
		return err
	}
	if Stage(l.Stage) == StageFactor { // whoever only knows the password changes nothing
		return refuse(CodeFactorNeeded)
	}
	_, err = s.Change(ctx, By(row.ID), row.ID, Change{Email: &address})
	return err
}

// RemoveSelf deletes the account of somebody who is signed in, and everything stored about them, for the password.
func (s *Service) RemoveSelf(ctx context.Context, token, password pii.Token, leave Leave) error {
	l, row, err := s.confirm(ctx, token, password)
	if err != nil {
		return err
	}
	if Stage(l.Stage) == StageFactor { // whoever only knows the password deletes nothing
		return refuse(CodeFactorNeeded)
	}
	return s.Remove(ctx, By(row.ID), row.ID, leave)
}

// What is exported of an account.
type (
	exportedAccount struct {
		ID           id.AccountID `json:"id"`
		Email        string       `json:"email"`
		Name         string       `json:"name"`
		Role         Role         `json:"role"`
		Disabled     bool         `json:"disabled"`
		HasPassword  bool         `json:"hasPassword"` // its hash is of no use to its owner, and to others it might be
		HasFactor    bool         `json:"hasSecondFactor"`
		RecoveryLeft int          `json:"recoveryCodesLeft"`
		Made         time.Time    `json:"made"`
		LinkEnds     *time.Time   `json:"oneTimeLinkEnds,omitempty"`
	}
	exportedLogin struct {
		ID     id.LoginID `json:"id"`
		Device string     `json:"device"`
		Stage  string     `json:"stage"`
		Began  time.Time  `json:"began"`
		Used   time.Time  `json:"used"`
		Ends   time.Time  `json:"ends"`
	}
	exportedEntry struct {
		At     time.Time `json:"at"`
		Actor  string    `json:"actor"`
		Act    string    `json:"act"`
		Target string    `json:"target,omitempty"`
		Detail string    `json:"detail,omitempty"`
	}
)

// Export gives everything that is stored about an account, by area, as something to write as JSON.
func (s *Service) Export(ctx context.Context, account id.AccountID) (areas map[string]any, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		areas = map[string]any{}
		if areas["account"], err = exportAccount(tx, account); err != nil {
			return err
		}
		if areas["logins"], err = exportLogins(tx, account); err != nil {
			return err
		}
		if areas["trail"], err = exportTrail(tx, account); err != nil {
			return err
		}
		for _, e := range s.estates {
			if areas[e.Area()], err = e.Export(tx, account); err != nil {
				return err
			}
		}
		return nil
	})
	return areas, err
}

func exportAccount(tx *store.Tx, account id.AccountID) (any, error) {
	row, err := find(tx, account)
	if err != nil {
		return nil, err
	}
	left, err := tx.CountRecovery(account)
	if err != nil {
		return nil, err
	}
	out := exportedAccount{
		ID: row.ID, Email: row.Email.Reveal(), Name: row.Name.Reveal(), Role: Role(row.Role), Disabled: row.Disabled,
		HasPassword: row.Password != "", HasFactor: row.HasFactor, RecoveryLeft: left, Made: row.Made,
	}
	ends, err := tx.LinkEnds(account)
	if !ends.IsZero() {
		out.LinkEnds = &ends
	}
	return out, err
}

func exportLogins(tx *store.Tx, account id.AccountID) (any, error) {
	list := []exportedLogin{}
	rows, err := tx.Logins(account)
	for _, l := range rows {
		list = append(list, exportedLogin{l.ID, l.Device, l.Stage, l.Began, l.Used, l.Latest})
	}
	return list, err
}

func exportTrail(tx *store.Tx, account id.AccountID) (any, error) {
	list := []exportedEntry{}
	rows, err := tx.TrailOf(string(account))
	for _, e := range rows {
		list = append(list, exportedEntry{e.At, e.Actor, e.Act, e.Target, e.Detail})
	}
	return list, err
}

// Archive is what Export gives, as a ZIP file with a JSON file for each area.
func Archive(areas map[string]any, now time.Time) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(areas)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name + ".json", Method: zip.Deflate, Modified: now})
		if err != nil {
			return nil, err
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		if err := e.Encode(areas[name]); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
