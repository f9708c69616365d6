package api

import (
	"time"

	"konklave/internal/account"
	"konklave/internal/store"
)

// periods are the rules of what is deleted when.
type periods struct {
	stored *store.Store
	rules  []store.Retention
}

// Periods is the route by which auditors see that what is due is deleted.
func Periods(stored *store.Store, rules []store.Retention) []Route {
	return []Route{
		Do(Route{Method: "GET", Path: "/api/periods", Name: "listPeriods", Area: "installation", Who: May(account.ReadPapers),
			Help: "What is deleted when, and when each rule ran last."}, periods{stored, rules}.list),
	}
}

type (
	// Period is one rule of deletion.
	Period struct {
		Rule    string     `json:"rule"`
		Hours   int64      `json:"hours" doc:"How long after its time a row is kept; 0: until that time."`
		Ran     *time.Time `json:"ran,omitempty" doc:"When it ran last; absent: not yet."`
		Removed int64      `json:"removed" doc:"How many rows it took then."`
	}
	// PeriodList lists the rules.
	PeriodList struct {
		Periods []Period `json:"periods"`
	}
)

func (p periods) list(c *Call, _ Nothing) (PeriodList, error) {
	ran := map[string]store.Purged{}
	err := p.stored.Read(c, func(tx *store.Tx) error {
		list, err := tx.Purges()
		for _, one := range list {
			ran[one.Rule] = one
		}
		return err
	})
	out := PeriodList{Periods: []Period{}}
	for _, r := range p.rules {
		one := Period{Rule: r.Rule, Hours: int64(r.Keep / time.Hour), Removed: ran[r.Rule].Removed}
		if last := ran[r.Rule]; !last.Ran.IsZero() {
			one.Ran = &last.Ran
		}
		out.Periods = append(out.Periods, one)
	}
	return out, err
}
