package meeting

// The messages by which a person lets somebody of the support see how its connection is doing. What that is: Figures.

// HelpStartRequest asks for a code, by which who gets it told sees the figures of this device's connection. Another code that
// there was ends. Answer: help.code.
type HelpStartRequest struct{}

// HelpStopRequest ends it. Whoever looks sees nothing more.
type HelpStopRequest struct{}

func (HelpStartRequest) requestType() string { return "help.start" }
func (HelpStopRequest) requestType() string  { return "help.stop" }

// HelpCode is the code, to be read out. It ends with help.stop, when the person leaves, and when its time is up.
type HelpCode struct {
	Code  string `json:"code"`  // 8 digits
	Until int64  `json:"until"` // ms since 1970
}

// HelpWatched tells that somebody looks at the figures, or not any more. It has no place in the sequence; after welcome and
// resumed it comes again where there is a code.
type HelpWatched struct {
	Watching bool `json:"watching"`
}

func (HelpCode) messageType() string    { return "help.code" }
func (HelpWatched) messageType() string { return "help.watched" }
