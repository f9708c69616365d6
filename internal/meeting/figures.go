package meeting

// Figures are how a person's connection is doing at one moment, as who helps with it sees them. They name nobody: neither
// the person, nor whose tracks it gets, nor an address. The REST API gives them out as they are.
type Figures struct {
	At         int64               `json:"at" doc:"When, ms since 1970."`
	Path       Path                `json:"path" doc:"The way that sound and pictures take; none while there is no connection, and then there is nothing else."`
	RTT        int                 `json:"rtt_ms" doc:"There and back; 0 when not known."`
	UpLoss     float64             `json:"loss_up" doc:"Share of packets lost on the way from the person, 0 to 1, and not repaired."`
	DownLoss   float64             `json:"loss_down" doc:"Share of packets lost on the way to the person, 0 to 1, before they are repaired."`
	Jitter     int                 `json:"jitter_ms" doc:"By which packets from the person are late, the worst of its tracks."`
	Estimate   int64               `json:"estimate" doc:"Bits a second that the line to the person carries by the server's estimate; 0 when not known."`
	Sent       int64               `json:"sent" doc:"Bits a second to the person."`
	Received   int64               `json:"received" doc:"Bits a second from the person."`
	Quality    Quality             `json:"quality,omitempty" doc:"As the person is told; missing in the first seconds."`
	Subscribed []SubscribedFigures `json:"subscribed" doc:"What goes to the person, of what its client wants at the moment."`
	Published  []PublishedFigures  `json:"published" doc:"What comes from the person."`
}

// SubscribedFigures are those of one track that goes to the person.
type SubscribedFigures struct {
	Kind   TrackKind   `json:"kind"`
	Source TrackSource `json:"source"`
	Muted  bool        `json:"muted,omitempty" doc:"By who sends it."`
	Layer  *int        `json:"layer" doc:"Of a picture: the layer that goes, -1 when none does; null of sound."`
	Wanted int         `json:"wanted" doc:"The highest layer that the client asks for."`
	Paused bool        `json:"paused" doc:"The line carries nothing of it."`
	Bits   int64       `json:"bits" doc:"A second."`
	FPS    float64     `json:"fps,omitempty" doc:"Pictures a second."`
}

// PublishedFigures are those of one track that comes from the person.
type PublishedFigures struct {
	Kind   TrackKind      `json:"kind"`
	Source TrackSource    `json:"source"`
	Muted  bool           `json:"muted"`
	Layers []LayerFigures `json:"layers" doc:"Those that come."`
}

// LayerFigures are those of one layer that comes from the person.
type LayerFigures struct {
	Layer  int     `json:"layer"`
	Backup bool    `json:"backup,omitempty" doc:"In the backup codec."`
	Bits   int64   `json:"bits" doc:"A second."`
	Loss   float64 `json:"loss,omitempty" doc:"Share of packets, 0 to 1."`
}

// Path is the way that a person's media take.
type Path string

// Values lists the paths.
func (Path) Values() []string {
	return []string{"none", "udp", "tcp", "relay-udp", "relay-tcp", "relay-tls"}
}

// Quality is the grade of a connection.
type Quality string

// Values lists the grades.
func (Quality) Values() []string { return []string{"excellent", "good", "poor", "lost"} }

// TrackKind is what a track carries.
type TrackKind string

// Values lists the kinds.
func (TrackKind) Values() []string { return []string{"audio", "video"} }

// TrackSource is where a track comes from, in the words of the LiveKit protocol.
type TrackSource string

// Values lists the sources.
func (TrackSource) Values() []string {
	return []string{"camera", "microphone", "screen_share", "screen_share_audio", "unknown"}
}
