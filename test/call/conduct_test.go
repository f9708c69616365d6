package call

import (
	"context"
	"testing"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// Where people are hidden from each other they see those who conduct the meeting and nobody else, and what these take away is
// gone at once.
func TestHiddenFromEachOther(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		teacher, link := hosting(t, ctx, s)
		media := func(v *testkit.Visitor, name string) *testkit.Participant {
			return s.join(ctx, name, func(o *testkit.Options) { o.Token = v.MediaToken })
		}
		room := media(teacher, "Teacher")
		changeSettings(t, ctx, teacher, map[string]any{"lobby": "all", "people": "hosts", "cameras": "hosts"})
		anna := knock(t, ctx, s, map[string]string{"link": link, "name": "Anna"}, "lobby")
		ben := knock(t, ctx, s, map[string]string{"link": link, "name": "Ben"}, "lobby")
		send(t, teacher, map[string]any{"type": "admit", "all": true})
		for _, v := range []*testkit.Visitor{anna, ben} {
			if err := v.Admitted(ctx); err != nil {
				t.Fatal(err)
			}
		}
		annas, bens := media(anna, "Anna"), media(ben, "Ben")

		publish(t, ctx, room, testkit.TrackOptions{Source: camera, Mark: 1})
		publish(t, ctx, annas, testkit.TrackOptions{Source: camera, Mark: 2})
		sees(t, ctx, annas, teacher.ID, camera, 1)
		sees(t, ctx, bens, teacher.ID, camera, 1)
		sees(t, ctx, room, anna.ID, camera, 2)
		bens.Look(func(v *testkit.View) {
			if len(v.Others) != 1 || v.Others[teacher.ID] == nil {
				t.Errorf("ben knows of %d others", len(v.Others))
			}
		})
		for told := 0; told != 2; {
			m, err := teacher.Wait(ctx, "audience")
			if err != nil {
				t.Fatal("the teacher was not told who sees the picture: ", err)
			}
			for _, h := range m.Sources {
				if h.Source == "camera" && h.Received {
					told = h.Count
				}
			}
		}

		send(t, teacher, map[string]any{"type": "stop_camera", "ids": []string{anna.ID}})
		until(t, ctx, room, "anna's camera to be off", func(v *testkit.View) bool { return v.TrackOf(anna.ID, camera).GetMuted() })
		send(t, teacher, map[string]any{"type": "hold", "on": true})
		until(t, ctx, annas, "the end of anna's media", func(v *testkit.View) bool {
			return v.Leave.GetReason() == lkpb.DisconnectReason_PARTICIPANT_REMOVED
		})
		if _, err := anna.Wait(ctx, "lobby"); err != nil {
			t.Error(err)
		}
		if _, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: anna.MediaToken}); err == nil {
			t.Error("anna got in while everything is held")
		}
		send(t, teacher, map[string]any{"type": "hold", "on": false})
		send(t, teacher, map[string]any{"type": "admit", "all": true})
		if err := anna.Admitted(ctx); err != nil {
			t.Fatal(err)
		}
		again := media(anna, "Anna") // within the second in which she was put out
		publish(t, ctx, again, testkit.TrackOptions{Source: camera, Mark: 3})
		sees(t, ctx, room, anna.ID, camera, 3)
	})
}
