package room

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"konklave/internal/id"
)

// Registry owns the running rooms, by name. It is safe for any goroutine.
type Registry struct {
	log       *slog.Logger
	observers []Observer

	mu       sync.Mutex
	limits   Limits
	watcher  Watcher
	rooms    map[id.RoomName]*Room
	draining bool // no room starts, those that run go on
	closed   bool
	loops    sync.WaitGroup
}

// Limits are what the machine takes; 0 means no limit.
type Limits struct {
	Rooms        int
	Participants int // of one room, also where its options allow more
	Voices       int // of one room at once, see Options
}

// NewRegistry makes an empty registry. The observers are told what happens in its rooms.
func NewRegistry(log *slog.Logger, observers ...Observer) *Registry {
	return &Registry{log: log, observers: observers, rooms: make(map[id.RoomName]*Room)}
}

// Limit sets what is taken from now on.
func (g *Registry) Limit(l Limits) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limits = l
}

// Watch has a watcher told what is forwarded in rooms that start from now on.
func (g *Registry) Watch(w Watcher) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.watcher = w
}

// Drain has no room started from now on, or lets them start again. Those that run go on and take participants.
func (g *Registry) Drain(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.draining = on
}

// Draining tells whether no room is started.
func (g *Registry) Draining() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.draining
}

// Open gives the running room of a name, or starts one with the options. Options do not change a running room.
// Errors: ErrRoomClosed once the registry is closed, ErrDraining, ErrTooManyRooms.
func (g *Registry) Open(name id.RoomName, options Options) (*Room, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r, ok := g.rooms[name]; ok {
		return r, nil
	}
	if g.closed {
		return nil, ErrRoomClosed
	}
	if g.draining {
		return nil, ErrDraining
	}
	if g.limits.Rooms > 0 && len(g.rooms) >= g.limits.Rooms {
		return nil, ErrTooManyRooms
	}
	if most := g.limits.Participants; most > 0 && (options.MaxParticipants == 0 || options.MaxParticipants > most) {
		options.MaxParticipants = most
	}
	options.Voices = g.limits.Voices
	r := newRoom(name, options, g.observers, g.log)
	r.watcher = g.watcher
	g.rooms[name] = r
	g.loops.Add(1)
	go func() {
		defer g.loops.Done()
		r.run(func() { g.remove(r) })
	}()
	r.log.Info("room started")
	return r, nil
}

// Get gives the running room of a name.
func (g *Registry) Get(name id.RoomName) (*Room, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, ok := g.rooms[name]
	return r, ok
}

// Rooms gives all running rooms, in no order.
func (g *Registry) Rooms() []*Room {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]*Room, 0, len(g.rooms))
	for _, r := range g.rooms {
		all = append(all, r)
	}
	return all
}

// Join brings a participant into the room of a name, which is started if it does not run. Errors as Room.Join's and
// Open's; ErrRoomClosed only once the registry is closed.
func (g *Registry) Join(ctx context.Context, name id.RoomName, options Options, j Join, m Member) (*Room, id.ParticipantSID, error) {
	for {
		r, err := g.Open(name, options)
		if err != nil {
			return nil, "", err
		}
		sid, err := r.Join(ctx, j, m)
		switch {
		case err == nil:
			return r, sid, nil
		case errors.Is(err, ErrRoomClosed):
			<-r.Ended() // it ended between the two; it is out of the registry when this is closed
		default:
			return nil, "", err
		}
	}
}

// Close ends all rooms and waits for them. No room starts any more. Errors: the context's.
func (g *Registry) Close(ctx context.Context, reason DisconnectReason) error {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	for _, r := range g.Rooms() {
		if err := r.Close(ctx, reason); err != nil {
			return err
		}
	}
	g.loops.Wait()
	return nil
}

func (g *Registry) remove(r *Room) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rooms[r.name] == r {
		delete(g.rooms, r.name)
	}
}
