package call

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"konklave/internal/store/storetest"
	"konklave/internal/testkit"
)

// TestFullDiskLetsMeetingsGoOn fills the disk of the data directory while two people are in a meeting. Who wants to make another is
// refused with a reason, monitoring is told, and the two notice nothing.
func TestFullDiskLetsMeetingsGoOn(t *testing.T) {
	dir, inside := storetest.SmallDisk(t)
	if !inside {
		return
	}
	ctx := deadline(t)
	s := start(t, "KONKLAVE_DATA_DIR="+dir)
	link := newMeeting(t, ctx, s)
	ann, annMedia := s.attend(ctx, link, "Ann")
	free := storetest.Fill(t, dir)

	if body := refusedMeeting(t, s); !strings.Contains(body, `"store_full"`) || !strings.Contains(body, "the disk is full") {
		t.Errorf("refused with %s", body)
	}
	const what = "the database fails: the disk is full"
	if text := get(t, s.url+"/readyz"); !strings.HasPrefix(text, "ready\n"+what) {
		t.Errorf("/readyz says %s", text)
	}
	if log := s.output.String(); !strings.Contains(log, "the database fails") || !strings.Contains(log, "the disk is full") {
		t.Errorf("the log says nothing of it")
	}

	// Also somebody new comes in: that needs no room.
	bob, bobMedia := s.attend(ctx, link, "Bob")
	publish(t, ctx, annMedia, testkit.TrackOptions{Source: camera, Mark: 1})
	sees(t, ctx, bobMedia, ann.ID, camera, 1)
	if err := ann.Say("1", "hello"); err != nil {
		t.Fatal(err)
	}
	if m, err := bob.Wait(ctx, "chat"); err != nil || string(m.Body) != "hello" {
		t.Errorf("bob read %+v, %v", m, err)
	}

	free()
	newMeeting(t, ctx, s)
	if text := get(t, s.url+"/readyz"); text != "ready\n" {
		t.Errorf("with room again /readyz says %s", text)
	}
}

// refusedMeeting makes meetings until one is refused, and gives the answer: some fit into what the database had of the disk.
func refusedMeeting(t *testing.T, s *server) string {
	t.Helper()
	for range 1000 {
		w, err := http.Post(s.url+"/api/meetings", "application/json", bytes.NewReader([]byte(`{"title":"Another"}`)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(w.Body)
		_ = w.Body.Close()
		switch {
		case err != nil:
			t.Fatal(err)
		case w.StatusCode == http.StatusInsufficientStorage:
			return string(body)
		case w.StatusCode >= 300:
			t.Fatalf("%d %s", w.StatusCode, body)
		}
	}
	t.Fatal("a thousand meetings were made on a full disk")
	return ""
}
