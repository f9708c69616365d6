package account

import (
	"context"
	"time"

	"konklave/internal/store"
)

// Slip is what somebody who gets a new account must be handed.
type Slip struct {
	Account Account
	Link    Link
}

// Invite makes an account and its first-login link.
func (s *Service) Invite(ctx context.Context, by Actor, n Newcomer) (slip Slip, err error) {
	row, err := s.rowOf(ctx, n, "")
	if err != nil {
		return Slip{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		slip, err = s.invite(tx, by, row, row.Role, LinkLasts)
		return err
	})
	return slip, taken(err)
}

// invite adds an account within a transaction.
func (s *Service) invite(tx *store.Tx, by Actor, row store.Account, detail string, lasts time.Duration) (Slip, error) {
	if err := add(tx, row); err != nil {
		return Slip{}, err
	}
	if err := Note(tx, s.now(), by, ActAdded, string(row.ID), detail); err != nil {
		return Slip{}, err
	}
	link, err := s.addLink(tx, ForFirst, row.ID, false, lasts)
	return Slip{accountOf(row), link}, err
}

// Import makes accounts from a list (see ReadList), all of it or nothing, and gives a first-login link for each, which lasts so
// long: LinkLasts when that is 0, LongestLink at most. Its error is a Failure with CodeListInvalid and every mistake.
func (s *Service) Import(ctx context.Context, by Actor, list []byte, lasts time.Duration) (slips []Slip, err error) {
	rows, err := ReadList(list)
	if err != nil {
		return nil, err
	}
	if lasts <= 0 {
		lasts = LinkLasts
	}
	lasts = min(lasts, LongestLink)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		slips = nil
		faults, err := takenIn(tx, rows)
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			return Failure{Code: CodeListInvalid, Faults: faults}
		}
		for _, n := range rows {
			row, err := s.rowOf(ctx, n.Newcomer, "")
			if err != nil {
				return err
			}
			slip, err := s.invite(tx, by, row, row.Role+", from a list", lasts)
			if err != nil {
				return err
			}
			slips = append(slips, slip)
		}
		return nil
	})
	return slips, err
}

// takenIn finds the addresses of a list that accounts have already.
func takenIn(tx *store.Tx, rows []Row) (faults []Fault, err error) {
	known, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, a := range known {
		taken[a.EmailKey.Reveal()] = true
	}
	for _, row := range rows {
		if taken[row.key] && len(faults) < mostFaults {
			faults = append(faults, faultAt(row.Line, row.Column, ListEmailTaken, ""))
		}
	}
	return faults, nil
}
