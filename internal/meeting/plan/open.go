package plan

import (
	"context"
	"crypto/sha256"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// MakeOpen makes a meeting for somebody without an account, where the operator lets them: a discussion that is public, always
// open and erased a day after its last use. Who brings the secret is its owner. The error of one who may not is
// meeting.CodeNotAllowed.
func (s *Service) MakeOpen(ctx context.Context, title string) (id.LinkID, pii.Token, error) {
	if !s.OpenHosting {
		return "", "", refuse(meeting.CodeNotAllowed)
	}
	now := s.Now()
	settings := openSettings()
	row, err := s.draft(now, "", Draft{Title: title, Kind: rules.Discussion, Level: rules.Open, Settings: &settings})
	if err != nil {
		return "", "", err
	}
	secret := pii.Token(id.NewLinkID())
	row.HostHash = hashOf(secret)
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := room(tx, ""); err != nil {
			return err
		}
		return tx.AddMeeting(row)
	})
	return row.Link, secret, err
}

// openSettings are those of meetings of those without an account: whoever comes first begins, and nobody has to be there.
func openSettings() rules.Settings {
	settings := rules.Preset(rules.Discussion, rules.Open)
	settings.Start, settings.HostGone = rules.StartAll, rules.HostGoneOn
	settings.KeepDays = 1 // what keepOpen is, for those who read it
	return settings
}

// hashOf is what is stored of a secret.
func hashOf(secret pii.Token) []byte {
	sum := sha256.Sum256([]byte(secret.Reveal()))
	return sum[:]
}
