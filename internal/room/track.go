package room

import (
	"slices"
	"strings"
	"time"

	"konklave/internal/id"
)

// track is one track that a participant announced, from AddTrack to its end.
type track struct {
	info      *TrackInfo // as others know it or will; replaced on each change
	owner     *participant
	cid       string
	media     any  // from TrackNegotiated
	published bool // negotiated: others know it

	// everUnmuted says that there was something to hear. Audio that never was unmuted takes nobody's section.
	everUnmuted bool

	forwardingTold bool // SetForwarding was ordered at least once
	forwarding     SetForwarding
	gate           Gate
	loudness       uint8 // at the last tick
	heard          bool  // among the loudest then
	reach          reach // as told
	lack           lack

	codings       []coding // as info.Codecs
	regressed     bool     // who can decode it has the backup instead of the first codec
	demandTold    bool     // the publisher was told what is watched
	subscriptions []*subscription
	everBound     bool
	denied        map[*participant]struct{} // who was told that it may not subscribe
}

// newTrack makes a track of a request that was accepted.
func newTrack(owner *participant, c AddTrack, sid id.TrackSID, now time.Time) *track {
	layers := sortedLayers(c.Layers)
	info := &TrackInfo{
		SID: sid, Type: c.Type, Source: c.Source, Name: c.Name, Muted: c.Muted,
		Width: c.Width, Height: c.Height, Layers: layers, Codecs: newCodecs(c, layers),
		Stereo: c.Stereo, DisableDTX: c.DisableDTX, DisableRED: c.DisableRED,
		Encryption: c.Encryption, Stream: streamOf(c), Version: now,
		AudioFeatures:         slices.Clone(c.AudioFeatures),
		BackupCodecPolicy:     c.BackupCodecPolicy,
		PacketTrailerFeatures: slices.Clone(c.PacketTrailerFeatures),
	}
	codings := 1
	if c.Type == Video {
		codings = len(info.Codecs)
	}
	return &track{info: info, owner: owner, cid: c.CID, everUnmuted: !c.Muted, codings: newCodings(codings)}
}

// sortedLayers gives layers as announced, lowest quality first.
func sortedLayers(announced []Layer) []Layer {
	layers := slices.Clone(announced)
	slices.SortStableFunc(layers, func(a, b Layer) int { return int(a.Quality - b.Quality) })
	return layers
}

// newCodecs gives a track's codecs as announced, as far as there is use for them, or one whose name negotiation will tell.
func newCodecs(c AddTrack, layers []Layer) []Codec {
	if len(c.Codecs) == 0 {
		return []Codec{{CID: c.CID, Layers: layers, LayerMode: layerMode("")}}
	}
	codecs := make([]Codec, min(len(c.Codecs), maxCodings))
	for i, codec := range c.Codecs[:len(codecs)] {
		codecs[i] = newCodec(c.Type, codec)
		if i == 0 && len(codec.Layers) == 0 {
			codecs[i].Layers = layers
		}
		if i > 0 && c.Type != Video {
			codecs[i].CID = "" // told to others, never taken: all hear the first
		}
	}
	return codecs
}

func newCodec(kind TrackType, c Codec) Codec {
	c.MIME = strings.ToLower(c.MIME)
	if c.MIME != "" && !strings.Contains(c.MIME, "/") {
		prefix := "audio/"
		if kind == Video {
			prefix = "video/"
		}
		c.MIME = prefix + c.MIME
	}
	if kind == Video && c.LayerMode == 0 {
		c.LayerMode = layerMode(c.MIME)
	}
	c.Layers = sortedLayers(c.Layers)
	return c
}

// Modes of spreading spatial layers over RTP streams, numbered as in the protocol.
const (
	oneLayerPerStream   = 1
	manyLayersPerStream = 2
	screenShareStream   = "screen_share"
	cameraStream        = "camera"
	codecVP9, codecAV1  = "video/vp9", "video/av1"
)

func layerMode(mime string) int32 {
	if mime == codecVP9 || mime == codecAV1 {
		return manyLayersPerStream
	}
	return oneLayerPerStream
}

// streamOf gives the name of the group of tracks that are played in step.
func streamOf(c AddTrack) string {
	switch {
	case c.Stream != "":
		return c.Stream
	case c.Source == ScreenShare || c.Source == ScreenShareAudio:
		return screenShareStream
	default:
		return cameraStream
	}
}

// has tells whether a track is announced under the client's id, in any of its codecs.
func (t *track) has(cid string) bool {
	return t.cid == cid || slices.ContainsFunc(t.info.Codecs, func(c Codec) bool { return c.CID == cid })
}

// isCoded tells whether the track has a codec of that number.
func (t *track) isCoded(number int8) bool { return number >= 0 && int(number) < len(t.codings) }

// change replaces the track's info by a changed copy. edit must replace slices, not write into them.
func (t *track) change(now time.Time, edit func(*TrackInfo)) {
	info := *t.info
	if !now.After(info.Version) { // clients order versions of a track by microseconds
		now = info.Version.Add(time.Microsecond)
	}
	info.Version = now
	edit(&info)
	t.info = &info
}

// letters are those of the track's sid.
func letters(kind TrackType, source TrackSource) (id.Media, id.Source) {
	media := id.Audio
	if kind == Video {
		media = id.Video
	}
	switch source {
	case Camera:
		return media, id.Camera
	case Microphone:
		return media, id.Microphone
	case ScreenShare:
		return media, id.ScreenShare
	case ScreenShareAudio:
		return media, id.ScreenShareAudio
	}
	return media, id.UnknownSource
}
