package main

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"konklave/internal/testkit"
)

// visit takes a place in a meeting (docs/control.md), tells its id and media token, and keeps it until the input ends. With
// the link "new" it makes a meeting first.
func visit(server, link, name string, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if link == "new" {
		made, err := testkit.NewMeeting(ctx, server, "Ways through")
		if err != nil {
			return err
		}
		link = made
	}
	v, err := testkit.Visit(ctx, server, link, name)
	if err != nil {
		return err
	}
	defer v.Close()
	said := struct {
		Link  string `json:"link"`
		ID    string `json:"id"`
		Token string `json:"token"`
	}{link, v.ID, v.MediaToken}
	if err := json.NewEncoder(out).Encode(said); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	return err
}
