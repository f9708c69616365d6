package capacity

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type fakeCrowd struct{ people, most, refused int }

func (f *fakeCrowd) grow(context.Context) (int, error) {
	time.Sleep(time.Second)
	if f.people += 10; f.refused > 0 && f.people > f.refused {
		return 0, errors.New("refused")
	}
	return f.people, nil
}

func (f *fakeCrowd) lost(context.Context) (float64, error) {
	if f.people > f.most {
		return 0.01, nil
	}
	return mostLost / 2, nil
}

func TestTheLastNumberThatWentWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			crowd  fakeCrowd
			people int
			why    string
		}{
			{fakeCrowd{most: 45}, 40, "lose packets"},
			{fakeCrowd{most: 1000, refused: 25}, 20, "refused"},
			{fakeCrowd{most: 1000}, 60, "time was up"},
			{fakeCrowd{most: 5}, 0, "lose packets"},
		} {
			people, why := carried(t.Context(), &tt.crowd, 6*time.Second, io.Discard)
			if people != tt.people || !strings.Contains(why, tt.why) {
				t.Errorf("%+v: %d, %s", tt.crowd, people, why)
			}
		}
	})
}
