package relay

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"
)

// lifetime is how long credentials are good for new allocations. They are worth nothing any more when their grant ends,
// which is with the session they are for: so it only matters for one that goes on for very long, and that has new ones
// at each resume.
const lifetime = 12 * time.Hour

// Access is what a client needs to relay: addresses, a user name and its password.
type Access struct {
	URLs               []string
	Username, Password string
}

// Grant lets one participant relay.
type Grant struct {
	server *Server
	name   string
}

// user is who has a grant.
type user struct {
	allocations map[*allocation]struct{}
	over        bool
}

// Admit makes a grant. It is good until End.
func (s *Server) Admit() Grant {
	g := Grant{s, rand.Text()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[g.name] = &user{allocations: make(map[*allocation]struct{})}
	return g
}

// Access gives credentials that are good for some hours from now. Earlier ones of the grant stay good as long as they
// would have been.
func (g Grant) Access() Access { return g.AccessFor(lifetime) }

// AccessFor is Access for another time than usual.
func (g Grant) AccessFor(good time.Duration) Access {
	name := strconv.FormatInt(g.server.cfg.Now().Add(good).Unix(), 10) + ":" + g.name
	g.server.mu.Lock()
	defer g.server.mu.Unlock()
	return Access{URLs: g.server.urls, Username: name, Password: g.server.password(name)}
}

// End takes back what was granted: its credentials and its allocations.
func (g Grant) End() {
	s := g.server
	s.mu.Lock()
	u := s.users[g.name]
	delete(s.users, g.name)
	s.mu.Unlock()
	if u != nil {
		u.end(s)
	}
}

// end closes the user's allocations; there come no further ones.
func (u *user) end(s *Server) {
	s.mu.Lock()
	u.over = true
	all := make([]*allocation, 0, len(u.allocations))
	for a := range u.allocations {
		all = append(all, a)
	}
	s.mu.Unlock()
	for _, a := range all {
		a.close()
	}
}

// password belongs to a user name: only this process can make it, and it need not be kept.
func (s *Server) password(name string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// parseName takes a user name apart: the second until which it is good, and whose it is.
func parseName(name string) (until int64, user string, ok bool) {
	expiry, user, ok := strings.Cut(name, ":")
	if !ok || user == "" || len(expiry) > 12 {
		return 0, "", false
	}
	n, err := strconv.ParseUint(expiry, 10, 63)
	return int64(n), user, err == nil
}

// whose tells whose a user name is, and the key that its messages must be signed with. What has been allocated may go on
// after the name has expired, as long as the grant is good.
func (s *Server) whose(name string, allocating bool) (*user, stun.MessageIntegrity) {
	until, of, ok := parseName(name)
	if !ok || allocating && s.cfg.Now().Unix() >= until {
		return nil, nil
	}
	s.mu.Lock()
	u := s.users[of]
	s.mu.Unlock()
	if u == nil {
		return nil, nil
	}
	return u, stun.NewLongTermIntegrity(name, realm, s.password(name))
}
