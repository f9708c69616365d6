package api

import (
	"fmt"
	"net/http"
	"testing"

	"konklave/internal/store"
)

func TestFailuresOfTheDatabase(t *testing.T) {
	for _, f := range store.Failures() {
		p := problemOf(fmt.Errorf("looking for Ada: %w", f))
		status, code := http.StatusServiceUnavailable, codeStoreFails
		if f == store.Full {
			status, code = http.StatusInsufficientStorage, codeStoreFull
		}
		if p.Code != code || statusOf(p.Code) != status || p.Message != f.Error() {
			t.Errorf("%s: %+v, %d", f, p, statusOf(p.Code))
		}
	}
}
