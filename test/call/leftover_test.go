package call

import (
	"net/http"
	"runtime"
	"testing"
	"time"

	"konklave/internal/testkit"
)

// TestNothingIsLeftOver ends a server in the middle of a call and looks for goroutines that stay.
func TestNothingIsLeftOver(t *testing.T) {
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	func() {
		ctx := deadline(t)
		s := start(t)
		link := newMeeting(t, ctx, s)
		ann, annMedia := s.attend(ctx, link, "Ann")
		bob, bobMedia := s.attend(ctx, link, "Bob", func(o *testkit.Options) { o.Networks, o.Dual = testkit.TCP4, true })
		publish(t, ctx, annMedia, testkit.TrackOptions{Source: camera, Mark: 1})
		sees(t, ctx, bobMedia, ann.ID, camera, 1)
		s.stop()
		for _, end := range []func(){annMedia.Close, bobMedia.Close, ann.Close, bob.Close, http.DefaultClient.CloseIdleConnections} {
			end()
		}
	}()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}
