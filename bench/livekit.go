package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// livekitSecret is as long as that server wants.
const livekitSecret = "secretsecretsecretsecretsecretsecret"

const livekitSettings = `port: %d
bind_addresses: [127.0.0.1]
log_level: error
rtc:
  udp_port: %d
  tcp_port: %d
  use_external_ip: false
  node_ip: 127.0.0.1
  enable_loopback_candidate: true
keys:
  devkey: %s
`

// startLiveKit starts a LiveKit server that somebody built elsewhere; nothing of it is here.
func startLiveKit(ctx context.Context, s settings) (*server, error) {
	var ports [3]int
	for i := range ports {
		var err error
		if ports[i], err = freePort(); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "konklave-livekit-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "livekit.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, livekitSettings, ports[0], ports[1], ports[2], livekitSecret), 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	l := &server{kind: "livekit", version: firstLine(s.livekit, "--version"), dir: dir, url: fmt.Sprintf("ws://127.0.0.1:%d", ports[0])}
	return l, l.start(ctx, s.serverCore, []string{s.livekit, "--config", file})
}
