// Package roomservice owns the server API: what applications, not people's clients, ask of rooms over HTTP. It speaks
// Twirp (https://twitchtv.github.io/twirp/docs/spec_v7.html), JSON and protobuf, as LiveKit's server SDKs do: one POST per
// call, an access token that grants it, an answer or an error with a code.
//
// It decides who may ask and what is well-formed; rooms decide the rest. Rooms of meetings do not exist for it: an API
// key neither sees nor touches them.
package roomservice

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal"
	"konklave/internal/token"
)

// PathPrefix is where the services are: below it come the service's name and the method's.
const PathPrefix = "/twirp/"

const (
	maxBody  = 10 << 20 // bytes of a request
	waitTime = 5 * time.Second
)

// Sessions is what the service needs of participants' connections.
type Sessions interface {
	// Revoke makes the tokens of an identity into a room worthless that were issued up to a moment.
	Revoke(room id.RoomName, identity id.Identity, issuedUpTo time.Time)
	// SendData sends a data packet, encoded as the clients get it, to everyone in a room, or to those that are named
	// by identity or sid.
	SendData(room id.RoomName, lossy bool, packet []byte, to []id.Identity, toSIDs []id.ParticipantSID)
	// Call calls a procedure of a participant and waits for its result. Errors: *signal.CallFault,
	// session.ErrTooManyCalls, and the context's.
	Call(ctx context.Context, room id.RoomName, identity id.Identity, c signal.Call) (result string, err error)
}

// Config is what the service needs of the rest of the program.
type Config struct {
	Log      *slog.Logger
	Rooms    *room.Registry
	Sessions Sessions
	Keys     map[string]string // API key to secret
	Reserved string            // rooms whose names begin so are not there
	// RemoteUnmute lets applications ask a client to unmute. People usually expect that only they can do that.
	RemoteUnmute bool
}

// Service answers calls. It is safe for any goroutine.
type Service struct{ cfg Config }

// New makes a service.
func New(cfg Config) *Service { return &Service{cfg} }

// methods are those of livekit.RoomService.
var methods = map[string]method{
	"CreateRoom":          answer((*Service).createRoom),
	"ListRooms":           answer((*Service).listRooms),
	"DeleteRoom":          answer((*Service).deleteRoom),
	"UpdateRoomMetadata":  answer((*Service).updateRoomMetadata),
	"ListParticipants":    answer((*Service).listParticipants),
	"GetParticipant":      answer((*Service).getParticipant),
	"RemoveParticipant":   answer((*Service).removeParticipant),
	"UpdateParticipant":   answer((*Service).updateParticipant),
	"MutePublishedTrack":  answer((*Service).mutePublishedTrack),
	"UpdateSubscriptions": answer((*Service).updateSubscriptions),
	"SendData":            answer((*Service).sendData),
	"ForwardParticipant":  refuse("participants are not forwarded to other rooms"),
	"MoveParticipant":     refuse("participants are not moved to other rooms"),
	"PerformRpc":          answerWithin(maxCallTime+waitTime, (*Service).performRPC),
}

// absent are the services of LiveKit that there is nothing behind here.
var absent = map[string]string{
	"Egress":               "this server does not record or stream rooms",
	"Ingress":              "this server takes no streams from elsewhere",
	"SIP":                  "this server does not telephone",
	"AgentDispatchService": "this server has no agents",
}

// method is one call: it reads its request from the body by read.
type method func(s *Service, ctx context.Context, g token.Grants, read func(proto.Message) error) (proto.Message, error)

// answer makes a method of a function from request to response that takes no time to speak of.
func answer[T any, Request interface {
	*T
	proto.Message
}, Response proto.Message](do func(*Service, context.Context, token.Grants, Request) (Response, error)) method {
	return answerWithin(waitTime, do)
}

// answerWithin makes a method of a function from request to response that takes so long at most.
func answerWithin[T any, Request interface {
	*T
	proto.Message
}, Response proto.Message](limit time.Duration, do func(*Service, context.Context, token.Grants, Request) (Response, error)) method {
	return func(s *Service, ctx context.Context, g token.Grants, read func(proto.Message) error) (proto.Message, error) {
		request := Request(new(T))
		if err := read(request); err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		response, err := do(s, ctx, g, request)
		if err != nil {
			return nil, err // not response: a nil pointer is no nil interface
		}
		return response, nil
	}
}

// refuse makes a method that is not there and says so.
func refuse(why string) method {
	return func(*Service, context.Context, token.Grants, func(proto.Message) error) (proto.Message, error) {
		return nil, fault{unimplemented, why}
	}
}

// ServeHTTP answers everything below PathPrefix.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	allowAnyOrigin(w, r)
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	format, response, err := s.serve(w, r)
	if err == nil {
		err = format.write(w, response)
	}
	if err != nil {
		s.refuse(w, err)
	}
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) (format, proto.Message, error) {
	f, err := formatOf(r)
	if err != nil {
		return f, nil, err
	}
	do, err := methodOf(r.URL.Path)
	if err != nil {
		return f, nil, err
	}
	grants, err := s.grants(r, time.Now())
	if err != nil {
		return f, nil, err
	}
	body := http.MaxBytesReader(w, r.Body, maxBody)
	response, err := do(s, r.Context(), grants, func(m proto.Message) error {
		err := f.read(body, m)
		// The limit for slow requests would end slow answers, too.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(maxCallTime + waitTime))
		return err
	})
	return f, response, err
}

// methodOf finds the method of a path /twirp/livekit.<Service>/<Method>.
func methodOf(path string) (method, error) {
	service, name, _ := strings.Cut(strings.TrimPrefix(path, PathPrefix), "/")
	service = strings.TrimPrefix(service, "livekit.")
	if why, ok := absent[service]; ok {
		return nil, fault{unimplemented, why}
	}
	if do, ok := methods[name]; ok && service == "RoomService" {
		return do, nil
	}
	return nil, fault{badRoute, "there is no such service or method"}
}

// allowAnyOrigin lets pages of any origin call: the token admits, not the origin.
// https://fetch.spec.whatwg.org/#http-cors-protocol
func allowAnyOrigin(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method != http.MethodOptions {
		return
	}
	h.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
	if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		h.Set("Access-Control-Allow-Headers", wanted)
	}
	h.Set("Access-Control-Max-Age", "86400")
}
