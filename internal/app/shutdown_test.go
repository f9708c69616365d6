package app

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// TestEndTellsClients has a LiveKit client and a person in a meeting connected when the server ends: both learn why.
func TestEndTellsClients(t *testing.T) {
	cfg := local(t)
	page, _, end := start(t, cfg)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()

	text, err := CreateToken(cfg, TokenRequest{Identity: "ada", Room: "hall", ValidFor: time.Minute}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ada, err := testkit.Join(ctx, testkit.Options{URL: page, Token: text})
	if err != nil {
		t.Fatal(err)
	}
	defer ada.Close()
	if err := ada.Connected(ctx); err != nil {
		t.Fatal(err)
	}
	person := joinMeeting(ctx, t, page)

	begin := time.Now()
	if err := end(); err != nil {
		t.Errorf("end: %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("ended after %v with clients connected", took)
	}
	err = ada.Until(ctx, "the word that the server ends", func(v *testkit.View) bool {
		return v.Leave.GetReason() == lkpb.DisconnectReason_SERVER_SHUTDOWN
	})
	if err != nil {
		t.Error(err)
	}
	var last struct{ Type, Code string }
	for last.Type != "closing" {
		_, message, err := person.Read(ctx)
		if err != nil {
			t.Fatalf("the person in the meeting was told nothing: %v", err)
		}
		if err := json.Unmarshal(message, &last); err != nil {
			t.Fatal(err)
		}
	}
	if last.Code != "shutting_down" {
		t.Errorf("the person in the meeting was told %s", last.Code)
	}
}

// joinMeeting makes a meeting and joins it by the control WebSocket.
func joinMeeting(ctx context.Context, t *testing.T, page string) *websocket.Conn {
	t.Helper()
	code, answer := status(t, "POST", page+"/api/meetings", `{"title":"Board"}`)
	var made struct{ Link string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil || code != 201 {
		t.Fatalf("got %d %s", code, answer)
	}
	person, _, err := websocket.Dial(ctx, strings.Replace(page, "http", "ws", 1)+"/control", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = person.CloseNow() })
	if err := person.Write(ctx, websocket.MessageText, []byte(`{"type":"join","link":"`+made.Link+`","name":"Bela"}`)); err != nil {
		t.Fatal(err)
	}
	_, welcome, err := person.Read(ctx)
	if err != nil || !strings.Contains(string(welcome), `"welcome"`) {
		t.Fatalf("no welcome: %v", err)
	}
	return person
}
