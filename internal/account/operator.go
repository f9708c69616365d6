package account

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"konklave/internal/pii"
	"konklave/internal/store"
)

// Use is what an installation is for: it chooses kinds, levels, words and warnings.
type Use string

// The uses of an installation. None is chosen at first.
const (
	School    Use = "school"
	Authority Use = "authority"
	Practice  Use = "practice"
	Firm      Use = "firm" // of lawyers, tax advisers
	Club      Use = "club"
	Undecided Use = ""
)

// Values lists what the type may hold, for the description of the API.
func (Use) Values() []string { return []string{"", "school", "authority", "practice", "firm", "club"} }

// Details say who runs the installation. They are published: in the legal notice, the privacy notice, and where people
// turn to when they cannot use it.
type Details struct {
	Organisation     string `json:"organisation" doc:"Who runs the installation, with its legal form."`
	Address          string `json:"address" doc:"Street, town and country, in lines."`
	RepresentedBy    string `json:"representedBy" doc:"Who may act for the organisation."`
	Email            string `json:"email" doc:"Where anybody may write to."`
	Phone            string `json:"phone" doc:"Where guests who cannot get in may ring."`
	Register         string `json:"register" doc:"Register and number, or VAT number; empty where there is none."`
	Protection       string `json:"dataProtectionContact" doc:"Data protection officer, or whom to ask about data protection."`
	Authority        string `json:"supervisoryAuthority" doc:"Authority for data protection to which people may complain."`
	Accessibility    string `json:"accessibilityContact" doc:"Whom to tell about barriers."`
	Enforcement      string `json:"accessibilityAuthority" doc:"Body that settles complaints about barriers; for public bodies."`
	EditorialContact string `json:"editorialContact" doc:"Who answers for what is published, where the law wants a name; else empty."`
}

// Complete tells whether what the law wants of everybody is there.
func (d Details) Complete() bool {
	return d.Organisation != "" && d.Address != "" && d.Email != "" && d.Protection != ""
}

// check cleans what is to be written in place of before. Who has not said anything yet may leave that for later.
func (d *Details) check(before Details) error {
	if err := d.clean(); err != nil {
		return err
	}
	if *d == (Details{}) && before == (Details{}) {
		return nil
	}
	if !d.Complete() {
		return refuse(CodeDetailsMissing)
	}
	_, _, err := cleanEmail(pii.Text(d.Email))
	return err
}

// longestDetail is how many characters a detail may have.
const longestDetail = 500

// clean trims every detail, and refuses what could hide or turn round the text beside it. Lines may be broken.
func (d *Details) clean() error {
	v := reflect.ValueOf(d).Elem()
	for i := range v.NumField() {
		text := strings.TrimSpace(strings.ReplaceAll(v.Field(i).String(), "\r\n", "\n"))
		if utf8.RuneCountInString(text) > longestDetail || !printable(strings.ReplaceAll(text, "\n", " ")) {
			return refuse(CodeDetailsInvalid)
		}
		v.Field(i).SetString(text)
	}
	return nil
}

// Operator gives who runs the installation and what for; both are empty at first.
func (s *Service) Operator(ctx context.Context) (use Use, d Details, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		use, d, err = readOperator(tx)
		return err
	})
	return use, d, err
}

func readOperator(tx *store.Tx) (use Use, d Details, err error) {
	row, err := tx.Operator()
	if errors.Is(err, store.ErrNone) {
		return "", Details{}, nil
	}
	if err == nil {
		use, err = Use(row.Purpose), json.Unmarshal([]byte(row.Details), &d)
	}
	return use, d, err
}

// SetOperator writes it: what the law wants of everybody, or nothing yet beside the use.
func (s *Service) SetOperator(ctx context.Context, by Actor, use Use, d Details) error {
	if !slices.Contains(Use("").Values(), string(use)) {
		return refuse(CodeDetailsInvalid)
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		_, before, err := readOperator(tx)
		if err != nil {
			return err
		}
		if err := d.check(before); err != nil {
			return err
		}
		text, err := json.Marshal(d)
		if err != nil {
			return err
		}
		if err := tx.SetOperator(string(use), pii.Text(text)); err != nil {
			return err
		}
		return Note(tx, s.now(), by, ActOperator, "", "")
	})
}
