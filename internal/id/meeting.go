package id

// MeetingID names a stored meeting: 22 random base62 characters. It is in no link and admits nobody.
type MeetingID string

// NewMeetingID makes a fresh meeting id.
func NewMeetingID() MeetingID { return MeetingID(random(22)) }
