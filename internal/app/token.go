package app

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
	"konklave/internal/token"
)

// TokenRequest is what `konklave token create` may be told. The tags are for the command line.
type TokenRequest struct {
	Identity   string            `required:"" help:"Who the token is for: a name that is unique in the room."`
	Room       string            `required:"" help:"Room that the token is for."`
	Name       string            `help:"Name that others see."`
	ValidFor   time.Duration     `default:"6h" help:"How long the token can be used to join."`
	APIKey     string            `name:"api-key" help:"Which API key signs, when there are several."`
	Metadata   string            `help:"Text that applications attach to the participant."`
	Attributes map[string]string `name:"attribute" placeholder:"KEY=VALUE" help:"Attribute that applications attach to the participant; may be given several times."`

	CanPublish           *bool    `help:"Whether tracks may be published. Default: yes."`
	CanPublishSources    []string `enum:"camera,microphone,screen_share,screen_share_audio" help:"Which sources may be published: camera, microphone, screen_share, screen_share_audio. Default: all."`
	CanSubscribe         *bool    `help:"Whether tracks may be received. Default: yes."`
	CanPublishData       *bool    `help:"Whether data may be sent. Default: as tracks."`
	CanUpdateOwnMetadata *bool    `help:"Whether name and metadata may be changed. Default: no."`
	Hidden               bool     `help:"Not shown to others; for servers whose setting rooms.allow_hidden is on."`
	RoomAdmin            bool     `help:"May manage the room."`
	RoomCreate           bool     `help:"May create rooms."`
	RoomList             bool     `help:"May list rooms."`
}

// CreateToken makes an access token for a room of LiveKit clients. Rooms of meetings are not for it: whoever is in a
// meeting came in by its link.
func CreateToken(cfg config.Config, r TokenRequest, now time.Time) (string, error) {
	switch {
	case strings.HasPrefix(r.Room, meeting.RoomPrefix):
		return "", fmt.Errorf("rooms whose names begin with %s belong to meetings: nobody gets a token for them", meeting.RoomPrefix)
	case r.Room == "" || r.Identity == "":
		return "", errors.New("neither the room nor the identity may be empty")
	case r.ValidFor <= 0:
		return "", errors.New("--valid-for must be longer than nothing, such as 6h or 30m")
	}
	key, secret, err := signingKey(cfg, r.APIKey)
	if err != nil {
		return "", err
	}
	text, err := token.Sign(token.Claims{
		Identity:   id.Identity(r.Identity),
		Name:       pii.Name(r.Name),
		Metadata:   pii.Text(r.Metadata),
		Attributes: r.Attributes,
		IssuedAt:   now,
		ExpiresAt:  now.Add(r.ValidFor),
		Video: token.Grants{
			Room: id.RoomName(r.Room), RoomJoin: true,
			RoomAdmin: r.RoomAdmin, RoomCreate: r.RoomCreate, RoomList: r.RoomList,
			CanPublish: r.CanPublish, CanPublishSources: r.CanPublishSources, CanSubscribe: r.CanSubscribe,
			CanPublishData: r.CanPublishData, CanUpdateOwnMetadata: r.CanUpdateOwnMetadata, Hidden: r.Hidden,
		},
	}, key, secret.Reveal())
	if err != nil {
		return "", fmt.Errorf("signing the token: %w", err)
	}
	return text, nil
}

// signingKey chooses among the configured keys, or takes the pair of the data directory. It makes none: a token of a
// key that no server knows would only surprise later.
func signingKey(cfg config.Config, wanted string) (string, pii.Token, error) {
	keys := cfg.APIKeys
	if len(keys) == 0 {
		var err error
		if keys, err = readKeyFile(cfg.DataDir); errors.Is(err, fs.ErrNotExist) {
			return "", "", fmt.Errorf("there is no API key in %s yet: start the server once, name its directory with --data-dir, or set KONKLAVE_API_KEYS", cfg.DataDir)
		} else if err != nil {
			return "", "", err
		}
	}
	names := slices.Sorted(maps.Keys(keys))
	switch {
	case wanted == "" && len(names) == 1:
		wanted = names[0]
	case wanted == "":
		return "", "", fmt.Errorf("there are several API keys: choose one with --api-key (%s)", strings.Join(names, ", "))
	}
	secret, ok := keys[wanted]
	if !ok {
		return "", "", fmt.Errorf("there is no API key %q", wanted)
	}
	return wanted, secret, nil
}

// plain gives the keys as packages take them that check tokens.
func plain(keys config.Keys) map[string]string {
	all := make(map[string]string, len(keys))
	for key, secret := range keys {
		all[key] = secret.Reveal()
	}
	return all
}
