package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"konklave/bench/load"
)

const janusRoom = 1

// The parts of Janus that do not take part are not loaded.
var janusFiles = map[string]string{
	"janus.jcfg": `general: {
	configs_folder = "DIR"
	debug_level = 2
	session_timeout = 0
}
nat: { ice_lite = false }
plugins: { disable = "PLUGINS" }
transports: { disable = "TRANSPORTS" }
events: { broadcast = false }
`,
	"janus.transport.websockets.jcfg": `general: {
	ws = true
	ws_port = PORT
	ws_ip = "127.0.0.1"
	wss = false
}
`,
	"janus.plugin.videoroom.jcfg": `room-1: {
	publishers = 500
	audiocodec = "opus"
	videocodec = "vp8"
	bitrate = 0
	audiolevel_ext = true
	notify_joining = false
}
`,
}

// startJanus starts Debian's Janus with a room in a directory of its own.
func startJanus(ctx context.Context, s settings) (*server, error) {
	binary, err := findJanus(ctx)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "konklave-janus-")
	if err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("DIR", dir, "PORT", fmt.Sprint(port),
		"PLUGINS", others("plugins", "videoroom"), "TRANSPORTS", others("transports", "websockets"))
	for name, text := range janusFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(fill.Replace(text)), 0o600); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	j := &server{kind: "janus", version: janusVersion(ctx), dir: dir, url: fmt.Sprintf("ws://127.0.0.1:%d", port)}
	return j, j.start(ctx, s.serverCore, []string{binary, "--configs-folder", dir, "--disable-colors"})
}

// findJanus installs the Debian package where it is missing and that is allowed.
func findJanus(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("janus"); err == nil {
		return path, nil
	}
	if out, err := exec.CommandContext(ctx, "apt-get", "install", "-y", "--no-install-recommends", "janus").CombinedOutput(); err != nil {
		return "", fmt.Errorf("installing janus: %w: %s", err, out)
	}
	return exec.LookPath("janus")
}

func janusVersion(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Version}", "janus").Output()
	if err != nil {
		return "Janus"
	}
	return "Janus " + string(out)
}

// others are the loadable parts of a kind but one.
func others(kind, but string) string {
	found, _ := filepath.Glob("/usr/lib/*/janus/" + kind + "/*.so") // without any, there are none to leave out
	var names []string
	for _, path := range found {
		if name := filepath.Base(path); name != "libjanus_"+but+".so" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// joinJanus lets one half of a person in: Janus has a PeerConnection to publish and another to subscribe.
func joinJanus(ctx context.Context, o load.Options, p person, all []person) (*load.Client, error) {
	var publishers []int
	for _, other := range all {
		if p.subscribe && other.number != p.number && (other.audio || other.video) {
			publishers = append(publishers, other.number)
		}
	}
	o.From = inner
	return load.JoinJanus(ctx, o, janusRoom, publishers)
}

// halves makes of people who publish and subscribe two each; those who subscribe come last.
func halves(people []person) (list []person) {
	var later []person
	for _, p := range people {
		publishes := p.audio || p.video
		if publishes && p.subscribe {
			half := p
			half.audio, half.video, half.place = false, false, p.place+1
			later = append(later, half)
			p.subscribe = false
		}
		list = append(list, p)
	}
	return append(list, later...)
}
