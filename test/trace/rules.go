package trace

import (
	"fmt"
	"strings"
)

// Breaches tells where a ladder breaks the rules on the order of messages that clients rely on.
func Breaches(l Ladder) []string {
	var found []string
	people := map[string]*order{}
	for i, line := range l {
		o := people[line.Who]
		if o == nil {
			o = &order{tracks: map[string]bool{}}
			people[line.Who] = o
		}
		if why := o.next(line); why != "" {
			found = append(found, fmt.Sprintf("line %d (%s %s %s): %s", i+1, line.Who, line.Kind, line.Name, why))
		}
	}
	return found
}

// order is what the rules need to know of one participant's past.
type order struct {
	first    bool            // the next message is the first of a socket
	over     bool            // leave was the last word
	dual     bool            // the server makes offers
	resumed  int             // how many of update, room_update and offer followed reconnect
	offered  []string        // ids of the client's offers that have no answer
	awaiting bool            // the server's offer has no answer
	adding   int             // add_track requests without an answer
	tracks   map[string]bool // of others, as told
}

func (o *order) next(l Line) string {
	switch l.Kind {
	case Open:
		fresh := !strings.Contains(l.Text, `reconnect`)
		*o = order{first: true, dual: !strings.Contains(l.Text, `"join"`), tracks: o.tracks, offered: firstOffer(l, fresh)}
		if fresh {
			o.tracks = map[string]bool{}
		}
	case Says:
		return o.says(l)
	case Hears:
		return o.hears(l)
	}
	return ""
}

func firstOffer(l Line, fresh bool) []string {
	if fresh && strings.Contains(l.Text, `"publisher_offer"`) {
		return []string{""}
	}
	return nil
}

func (o *order) says(l Line) string {
	switch l.Name {
	case "offer":
		o.offered = append(o.offered, "")
	case "answer":
		o.awaiting = false
	case "add_track":
		o.adding++
	}
	return ""
}

// hears holds the rules themselves.
func (o *order) hears(l Line) string {
	greeting := l.Name == "join" || l.Name == "reconnect" || l.Name == "leave"
	switch {
	case o.over:
		return "something follows leave"
	case o.first && !greeting:
		return "the first message is none of join, reconnect, leave"
	case !o.first && greeting && l.Name != "leave":
		return "it is not the first message"
	}
	o.first = false
	switch l.Name {
	case "leave":
		o.over = true
	case "join":
		o.learn(l.Text)
		o.resumed = -1
	case "update":
		o.learn(l.Text)
		if o.resumed == 0 {
			o.resumed = 1
		}
	case "room_update":
		if o.resumed != 1 {
			return "after reconnect come update, then room_update"
		}
		o.resumed = 2
	case "offer":
		if o.awaiting {
			return "the offer before has no answer"
		}
		if o.resumed == 0 || o.resumed == 1 {
			return "after reconnect come update and room_update before an offer"
		}
		o.awaiting = true
		return o.knows(l.Text)
	case "answer":
		if len(o.offered) == 0 {
			return "there was no offer"
		}
		o.offered = o.offered[1:]
		return o.knows(l.Text)
	case "media_sections_requirement":
		if o.dual {
			return "clients with two PeerConnections do not know it"
		}
	case "track_published", "request_response":
		if l.Name == "track_published" && o.adding == 0 {
			return "there was no add_track"
		}
		o.adding--
	}
	return ""
}

// learn notes the tracks of a join or an update: "ada [microphone, camera muted]; bob gone".
func (o *order) learn(text string) {
	for _, one := range strings.Split(text, "; ") {
		who, what, _ := strings.Cut(one, " ")
		for track := range o.tracks {
			if strings.HasPrefix(track, "<"+who+"/") {
				delete(o.tracks, track)
			}
		}
		for _, track := range strings.Split(strings.Trim(what, "[]"), ", ") {
			source, _, _ := strings.Cut(track, " ")
			o.tracks["<"+who+"/"+source+">"] = true
		}
	}
}

// knows wants the tracks in a description to have been told before: clients drop media of what they do not know.
func (o *order) knows(text string) string {
	for _, section := range strings.Fields(text) {
		if _, track, ok := strings.Cut(section, "="); ok && !o.tracks[track] {
			return track + " was not told before"
		}
	}
	return ""
}
