package web

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// What loads over a slow line, in bytes as they are sent over HTTPS (brotli): 300 kbit/s carry 37 kB a second. Whoever
// makes the client larger than that finds out here, and either finds what need not load so early or raises the number.
const (
	mostForTheForm  = 104_000 // until somebody who opens a link can type a name
	mostForTheStage = 300_000 // until somebody who has joined sees the meeting, in all
)

// TestClientIsSmall adds up what a guest loads.
func TestClientIsSmall(t *testing.T) {
	c := built(t)
	form := c.take("index.html", c.one("assets/first-*.js"), c.one("assets/app-*.js"), c.largest("assets/de-*.js", "assets/en-*.js"))
	if form > mostForTheForm || form < mostForTheForm*8/10 {
		t.Errorf("the form takes %d bytes, should be at most %d and not much less", form, mostForTheForm)
	}
	stage := form + c.take(c.one("assets/call-*.js"), c.one("assets/stage-*.js"))
	if stage > mostForTheStage || stage < mostForTheStage*8/10 {
		t.Errorf("the stage takes %d bytes, should be at most %d and not much less", stage, mostForTheStage)
	}
	t.Logf("%d bytes until the form, %d until the stage", form, stage)
}

// TestFirstFilesLoadTogether: the page names whatever its first page needs, so that a slow line is never idle.
func TestFirstFilesLoadTogether(t *testing.T) {
	c := built(t)
	c.take(c.one("assets/app-*.js"))
	page := string(c.read("index.html"))
	for name := range c.taken {
		if !strings.Contains(page, `="/`+name+`"`) {
			t.Errorf("%s loads after others", name)
		}
	}
	for _, later := range []string{"/call-", "/stage-", "/check-", "/admin-"} {
		if strings.Contains(page, later) {
			t.Errorf("the page has what loads later: %s", later)
		}
	}
}

// TestFilesAreCompressed: the build made the other form of each script and sheet that is larger than a packet.
func TestFilesAreCompressed(t *testing.T) {
	c := built(t)
	for _, name := range append(c.glob("assets/*.js"), c.glob("assets/*.css")...) {
		plain, small := len(c.read(name)), c.sent(name)
		if plain > 2000 && small > plain*6/10 {
			t.Errorf("%s: %d bytes, sent as %d", name, plain, small)
		}
	}
}

// A client is what was built, and what of it somebody has loaded.
type client struct {
	t     *testing.T
	files fs.FS
	taken map[string]bool
}

func built(t *testing.T) *client {
	c := &client{t: t, files: Files(), taken: map[string]bool{}}
	if _, err := fs.Stat(c.files, "index.html"); err != nil {
		t.Skip("the web client is not built: make build")
	}
	return c
}

func (c *client) read(name string) []byte {
	data, err := fs.ReadFile(c.files, name)
	if err != nil {
		c.t.Fatal(err)
	}
	return data
}

// sent is how many bytes of a file go over the line.
func (c *client) sent(name string) int {
	if small, err := fs.ReadFile(c.files, name+".br"); err == nil {
		return len(small)
	}
	return len(c.read(name))
}

var imported = regexp.MustCompile(`(?:from|import)"\./([^"]+\.js)"`)

// take loads files with what they import at once and their sheets; it gives the bytes of what was not there before.
func (c *client) take(names ...string) (bytes int) {
	for _, name := range names {
		if c.taken[name] {
			continue
		}
		c.taken[name] = true
		bytes += c.sent(name)
		if path.Ext(name) != ".js" {
			continue
		}
		chunk, _, _ := strings.Cut(path.Base(name), "-")
		bytes += c.take(c.glob("assets/" + chunk + "-*.css")...)
		for _, found := range imported.FindAllSubmatch(c.read(name), -1) {
			bytes += c.take("assets/" + string(found[1]))
		}
	}
	return bytes
}

func (c *client) glob(pattern string) []string {
	names, err := fs.Glob(c.files, pattern)
	if err != nil {
		c.t.Fatal(err)
	}
	return names
}

// one gives the file of that name, whatever the hash in it.
func (c *client) one(pattern string) string {
	names := c.glob(pattern)
	if len(names) != 1 {
		c.t.Fatalf("%s: there are %d, %q; is it an old build? make build", pattern, len(names), names)
	}
	return names[0]
}

func (c *client) largest(patterns ...string) (name string) {
	for _, pattern := range patterns {
		for _, other := range c.glob(pattern) {
			if name == "" || c.sent(other) > c.sent(name) {
				name = other
			}
		}
	}
	return name
}
