package id

// PersonalID names a personal link of a meeting, which admits by its LinkID: 22 random base62 characters. It admits nobody.
type PersonalID string

// NewPersonalID makes a fresh id of a personal link.
func NewPersonalID() PersonalID { return PersonalID(random(22)) }

// NoticeID names something that an account is told.
type NoticeID string

// NewNoticeID makes a fresh id of a notice.
func NewNoticeID() NoticeID { return NoticeID(random(22)) }
