-- purpose: the meetings that somebody has made: what they are called, when they are, what is allowed in them, by which link people come; of one that runs, who may come back or has to wait after the server was killed, and what its host has changed
-- retention: until erase_at: as many days after the last date as the level permits and the host set (30, 7 or the same day), a year after the last use where it is always open, 24 hours after it where nobody has an account; what is kept of a run (condition) 12 hours longer than it is used
-- test: TestMeetingsAreErased
CREATE TABLE meeting (
	id TEXT PRIMARY KEY, -- in no link
	link TEXT NOT NULL UNIQUE, -- in clear: its host copies it again (ADR 17)
	code TEXT NOT NULL, -- access code, in clear for the same reason; '' : none
	owner TEXT NOT NULL, -- account; '' : made by somebody without
	planner TEXT NOT NULL, -- account that plans it for its owner; '' : the owner
	host_hash BYTEA, -- SHA-256 of the secret by which somebody without an account is the owner
	title TEXT NOT NULL,
	kind TEXT NOT NULL,
	level TEXT NOT NULL,
	settings TEXT NOT NULL, -- JSON
	schedule TEXT NOT NULL, -- JSON
	sequence BIGINT NOT NULL, -- how often a calendar entry of it has changed
	made_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL, -- the end of the hour in which somebody was last in; 0: never
	ends_at BIGINT NOT NULL, -- end of the last date; 0: always open
	erase_at BIGINT NOT NULL,
	condition TEXT NOT NULL -- JSON, of one that runs: locked, held, tickets that are void; '' : none
);
CREATE INDEX meeting_owner ON meeting (owner);
CREATE INDEX meeting_erase ON meeting (erase_at);

-- purpose: who conducts a meeting beside its owner
-- retention: with the meeting, or until the account is deleted
-- test: TestMeetingsAreErased
CREATE TABLE meeting_host (
	meeting TEXT NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
	account TEXT NOT NULL,
	PRIMARY KEY (meeting, account)
);
CREATE INDEX meeting_host_account ON meeting_host (account);

-- purpose: who stands in for the owner of a meeting on one of its dates
-- retention: a day after that date, or until the account is deleted
-- test: TestMeetingsAreErased
CREATE TABLE meeting_substitute (
	meeting TEXT NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
	date TEXT NOT NULL, -- as 2026-11-30
	account TEXT NOT NULL,
	ends_at BIGINT NOT NULL,
	PRIMARY KEY (meeting, date)
);
CREATE INDEX meeting_substitute_account ON meeting_substitute (account);

-- purpose: links of one person or of one appointment each; of an appointment the time and a number, nothing of who comes
-- retention: with the meeting, or until revoked; of an appointment 30 minutes after its end
-- test: TestMeetingsAreErased
CREATE TABLE personal_link (
	id TEXT PRIMARY KEY,
	link TEXT NOT NULL UNIQUE, -- in clear: its host copies it again (ADR 17)
	meeting TEXT NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
	name TEXT NOT NULL, -- of the person, fixed; '' : an appointment
	number BIGINT NOT NULL, -- place in the list
	starts_at BIGINT NOT NULL, -- of an appointment; else 0
	ends_at BIGINT NOT NULL -- of an appointment; else 0
);
CREATE INDEX personal_link_meeting ON personal_link (meeting);

-- purpose: to tell somebody that an administrator gave a meeting to another, or that they got one
-- retention: until put away, at most 90 days
-- test: TestMeetingsAreErased
CREATE TABLE meeting_notice (
	id TEXT PRIMARY KEY,
	account TEXT NOT NULL, -- who is told
	event TEXT NOT NULL, -- taken or given
	title TEXT NOT NULL, -- of the meeting
	other TEXT NOT NULL, -- account that has it now, or had it
	at BIGINT NOT NULL
);
CREATE INDEX meeting_notice_account ON meeting_notice (account);
