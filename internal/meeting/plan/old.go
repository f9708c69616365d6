package plan

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// oldFile is where meetings were kept before there was a store: a line of JSON for each change, a later one of the same link in
// place of an earlier one.
const oldFile = "meetings"

// TakeInOld stores the meetings of that file in a data directory, so that their links lead on, and removes it. Meetings that
// nobody visited for a day are left out, as they always were.
func (s *Service) TakeInOld(ctx context.Context, dir string) error {
	path := filepath.Join(dir, oldFile)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer file.Close()
	old := map[id.LinkID]oldLine{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var l oldLine
		if json.Unmarshal(lines.Bytes(), &l) == nil && l.Link.Valid() { // a line that was torn when power failed is left out
			old[l.Link] = l
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if err := s.takeIn(ctx, old); err != nil {
		return err
	}
	return os.Remove(path)
}

type oldLine struct {
	Link  id.LinkID `json:"link"`
	Title string    `json:"title"`
	Used  int64     `json:"used"` // seconds since 1970
}

func (s *Service) takeIn(ctx context.Context, old map[id.LinkID]oldLine) error {
	settings, now := openSettings(), s.Now()
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		for link, l := range old {
			used := time.Unix(l.Used, 0)
			if now.Sub(used) >= keepOpen {
				continue
			}
			row, err := s.draft(used, "", Draft{
				Title: l.Title, Kind: rules.Discussion, Level: rules.Open, Settings: &settings, Schedule: calendar.Schedule{Form: calendar.Always},
			})
			if err != nil {
				continue // no title that may be shown: nothing of ours
			}
			if _, err := tx.MeetingByLink(link); !errors.Is(err, store.ErrNone) {
				if err != nil {
					return err
				}
				continue
			}
			row.Link, row.Title = link, pii.Text(l.Title)
			if err := tx.AddMeeting(row); err != nil {
				return err
			}
		}
		return nil
	})
}

var _ meeting.Journal = (*Service)(nil)
