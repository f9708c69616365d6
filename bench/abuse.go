package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"konklave/bench/attack"
	"konklave/bench/load"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/token"
)

// Abuse puts a call of two beside each attack and looks at what the call notices. The server has one core, the call and
// the attackers another; attackers are a process of their own that yields to the call's, so that what is measured is the
// server's doing and not theirs.
const (
	abuseQuiet   = 6 * time.Second  // the call alone
	abuseWindow  = 10 * time.Second // the call under attack
	abuseLonger  = 30 * time.Second // of many connections
	abuseScale   = 10_000
	abuseRoom    = "call"
	abuseLate    = 60 * time.Millisecond
	abuseMostBad = 1.0 // percent late or lost
	abuseMostP99 = 20 * time.Millisecond
)

// attacker is the command line of the attackers' process.
type attacker struct {
	name, url, media string
	victim, check    string
	lasts            time.Duration
}

// run is the attackers' process.
func (a attacker) run(ctx context.Context) error {
	_ = weigh(19) // nice counts where there are no autogroups
	media, err := netip.ParseAddrPort(a.media)
	if err != nil {
		return err
	}
	target := attack.Target{URL: a.url, Room: abuseRoom, Scale: abuseScale, Token: abuseToken, Media: media}
	if target.Victim, err = netip.ParseAddrPort(a.victim); err != nil {
		return err
	}
	if target.Check, err = hex.DecodeString(a.check); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, a.lasts)
	defer cancel()
	for _, one := range attack.All {
		if one.Name == a.name {
			said, err := one.Run(ctx, target)
			fmt.Println(said)
			return err
		}
	}
	return fmt.Errorf("there is no attack %q", a.name)
}

func abuseToken(room, identity string) (string, error) {
	now := time.Now()
	return token.Sign(token.Claims{
		Identity: id.Identity(identity), IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		Video: token.Grants{Room: id.RoomName(room), RoomJoin: true, CanUpdateOwnMetadata: token.Bool(true)},
	}, config.DevKey, config.DevSecret.Reveal())
}

// callFigures are what the call notices in a window.
type callFigures struct {
	Packets  float64
	Lost     float64 // percent of them
	Late     float64 // percent of them: more than abuseLate under way
	P99, Max time.Duration
	CPU      float64 // cores of the server
	Starved  float64 // share of the time in which the server could have run and something else did
	RSS      float64 // bytes of the server, at the end
}

func (f callFigures) good() bool { return f.Lost+f.Late < abuseMostBad && f.P99 < abuseMostP99 }

// abused is one attack's result.
type abused struct {
	attack.Attack
	Quiet, Under callFigures
	Said         string
	Counters     []string
}

// abuse runs the attacks one after the other, each on a server of its own.
func abuse(ctx context.Context, s settings) error {
	if err := weigh(-20); err != nil {
		fmt.Println("what else runs on the machine will count:", err)
	} else {
		defer func() { _ = weigh(0) }()
	}
	if err := pin(s.loadCore); err != nil {
		return err
	}
	var results []abused
	var bad []string
	for _, one := range attack.All {
		if s.only != "" && !slices.Contains(strings.Split(s.only, ","), one.Name) {
			continue
		}
		r, err := abuseOne(ctx, s, one)
		if err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
		results = append(results, r)
		fmt.Println(r)
		if !r.Under.good() {
			bad = append(bad, one.Name)
		}
	}
	if s.abused != "" && s.only == "" {
		if err := put(s.abused, abuseMarkdown(s, results)); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("the call suffered from: %s", strings.Join(bad, ", "))
	}
	return nil
}

// weigh sets how the scheduler weighs this session, this program and the server that it starts, against all else on the
// machine: -20 is most, 0 as usual, 19 least (sched(7), autogroups).
func weigh(nice int) error {
	return os.WriteFile("/proc/self/autogroup", []byte(strconv.Itoa(nice)), 0)
}

func abuseOne(ctx context.Context, s settings, one attack.Attack) (r abused, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	server, err := startServer(ctx, s.binary, s.serverCore)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	call := &friends{server: server, begin: time.Now()}
	defer call.close()
	if err := call.join(ctx); err != nil {
		return r, err
	}
	r.Attack = one
	if r.Quiet, err = call.measure(ctx, func() { _ = sleep(ctx, abuseQuiet) }); err != nil {
		return r, err
	}
	before, err := server.scrape(ctx)
	if err != nil {
		return r, err
	}
	r.Under, err = call.measure(ctx, func() { r.Said, err = s.attackers(ctx, one.Name, call) })
	if err != nil {
		return r, err
	}
	after, err := server.scrape(ctx)
	r.Counters = risen(before, after)
	return r, err
}

// attackers runs the other process until it has ended.
func (s settings) attackers(ctx context.Context, name string, call *friends) (string, error) {
	media, err := call.clients[0].Server()
	if err != nil {
		return "", err
	}
	victim, check, err := call.clients[0].Overheard()
	if err != nil {
		return "", err
	}
	lasts := abuseWindow
	if name == "halfopen" || name == "slowloris" {
		lasts = abuseLonger
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, "nice", "-n", "19", self, "-load-core", fmt.Sprint(s.loadCore),
		"-attack", name, "-url", call.server.url, "-media", media.String(), "-victim", victim.String(), "-check", hex.EncodeToString(check), "-lasts", lasts.String())
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // weighed for itself
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("attacking: %w: %s", err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// friends is a call of two who send sound and pictures to each other.
type friends struct {
	server  *server
	begin   time.Time
	clients []*load.Client
}

func (p *friends) join(ctx context.Context) error {
	for i := range 2 {
		token, err := abuseToken(abuseRoom, fmt.Sprintf("friend-%d", i))
		if err != nil {
			return err
		}
		c, err := load.Join(ctx, load.Options{
			URL: p.server.url, Token: token, Begin: p.begin, Subscribe: true, Audio: true, Video: true, Opened: 1,
		})
		if err != nil {
			return err
		}
		p.clients = append(p.clients, c)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		if p.clients[0].Counts().Streams >= 2 && p.clients[1].Counts().Streams >= 2 {
			p.own()
			return sleep(ctx, time.Second)
		}
		if time.Now().After(deadline) {
			return errors.New("the call did not come about")
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// own has each count what comes of the other alone, and nothing of attackers.
func (p *friends) own() {
	for _, c := range p.clients {
		c.Only(c.Hears())
	}
}

// measure takes what the call notices while during runs.
func (p *friends) measure(ctx context.Context, during func()) (f callFigures, err error) {
	var before, after load.Counts
	add := func(sum *load.Counts) {
		for _, c := range p.clients {
			n := c.Counts()
			sum.Packets += n.Packets
			sum.Expected += n.Expected
		}
	}
	cpu, err := processorOf(p.server.pid)
	if err != nil {
		return f, err
	}
	began := time.Now()
	for _, c := range p.clients {
		c.Sample(true)
	}
	add(&before)
	during()
	add(&after)
	var took []time.Duration
	for i, c := range p.clients {
		took = append(took, c.Sample(false).All()...)
		if err := c.Err(); err != nil {
			return f, fmt.Errorf("friend %d: %w", i, err)
		}
	}
	seconds := time.Since(began).Seconds()
	now, err := processorOf(p.server.pid)
	if err != nil || len(took) == 0 {
		return f, errors.Join(err, ctx.Err(), errors.New("nothing came"))
	}
	slices.Sort(took)
	late := len(took) - (func() int { i, _ := slices.BinarySearch(took, abuseLate); return i })()
	used := now.since(cpu)
	rss, err := resident(p.server.pid)
	f = callFigures{
		Packets: float64(after.Packets - before.Packets), Late: 100 * float64(late) / float64(len(took)),
		P99: took[len(took)*99/100], Max: took[len(took)-1],
		CPU: used.on.Seconds() / seconds, Starved: used.waiting.Seconds() / seconds, RSS: float64(rss),
	}
	expected := float64(after.Expected - before.Expected)
	f.Lost = max(0, 100*(expected-f.Packets)/expected)
	return f, err
}

func (p *friends) close() {
	for _, c := range p.clients {
		c.Close()
	}
}
