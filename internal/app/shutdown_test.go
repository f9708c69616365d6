package app

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/drain"
	"konklave/internal/operator"
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

// TestDrainWaitsForGuests has participants of LiveKit clients there: they are waited for, and start nothing new.
func TestDrainWaitsForGuests(t *testing.T) {
	cfg := local(t)
	page, _, end := start(t, cfg)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	join := func(identity, room string) (*testkit.Participant, error) {
		text, err := CreateToken(cfg, TokenRequest{Identity: identity, Room: room, ValidFor: time.Minute}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return testkit.Join(ctx, testkit.Options{URL: page, Token: text})
	}
	ada, err := join("ada", "hall")
	if err != nil {
		t.Fatal(err)
	}
	person := joinMeeting(ctx, t, page)
	client := operator.NewClient(cfg.DataDir)
	if s, err := client.Drain(ctx, 0); err != nil || s.State != drain.Draining || s.People != 2 || s.Rooms != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := join("bob", "cellar"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a room was started: %v", err)
	}
	bob, err := join("bob", "hall")
	if err != nil {
		t.Fatalf("a running room takes nobody: %v", err)
	}
	if err := person.Write(ctx, websocket.MessageText, []byte(`{"type":"leave"}`)); err != nil {
		t.Fatal(err)
	}
	leave := func(p *testkit.Participant) {
		if err := p.Request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Leave{Leave: &lkpb.LeaveRequest{}}}); err != nil {
			t.Error(err)
		}
	}
	leave(ada)
	if s, err := client.Status(ctx); err != nil || s.State != drain.Draining {
		t.Errorf("with one left: %+v, %v", s, err)
	}
	leave(bob)
	if err := untilGone(ctx, client); err != nil {
		t.Errorf("still there without anybody: %v", err)
	}
	ada.Close()
	bob.Close()
	if err := end(); err != nil {
		t.Error(err)
	}
}

// untilGone returns when the server has ended by itself.
func untilGone(ctx context.Context, client *operator.Client) error {
	for ticker := time.NewTicker(100 * time.Millisecond); ; {
		if _, err := client.Status(ctx); errors.Is(err, operator.ErrNoServer) {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
