-- purpose: who may sign in, and as what
-- retention: until the person or an administrator deletes the account
-- test: TestDeletedAccountLeavesNothing
CREATE TABLE account (
	id TEXT PRIMARY KEY,
	email TEXT NOT NULL,
	email_key TEXT NOT NULL UNIQUE, -- the address as it is compared
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	disabled BOOLEAN NOT NULL,
	password TEXT NOT NULL, -- argon2id with its parameters; empty until the first-login link was used
	made_at BIGINT NOT NULL -- the hour
);

-- purpose: the second factor of an account: the secret that the person's app has too
-- retention: with the account, or until the person or a reset link removes it; one that was never confirmed a day
-- test: TestDeletedAccountLeavesNothing, TestWhatExpires
CREATE TABLE factor (
	account TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
	secret BYTEA NOT NULL,
	confirmed BOOLEAN NOT NULL,
	step BIGINT NOT NULL, -- of the last code that was taken: none is taken twice
	made_at BIGINT NOT NULL -- the hour
);

-- purpose: codes for whoever has lost the second factor, as SHA-256
-- retention: with the second factor; each until it is used
-- test: TestDeletedAccountLeavesNothing, TestRecoveryCodes
CREATE TABLE recovery (
	account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	hash BYTEA NOT NULL,
	PRIMARY KEY (account, hash)
);

-- purpose: links by which somebody signs in once, to choose a password: the first administrator, a new account, a lost password
-- retention: until it is used or replaced, 24 hours at most, for printed slips as long as they say
-- test: TestDeletedAccountLeavesNothing, TestWhatExpires, TestLinksAreForOnce
CREATE TABLE one_time_link (
	hash BYTEA PRIMARY KEY, -- SHA-256
	purpose TEXT NOT NULL,
	account TEXT REFERENCES account (id) ON DELETE CASCADE, -- NULL for the first administrator
	clears_factor BOOLEAN NOT NULL,
	ends_at BIGINT NOT NULL
);

-- purpose: browsers and programs that are signed in, so that the person sees and ends them
-- retention: until it is ended, is not used for an hour (administrators, auditors) or a week, or is 12 hours or 30 days old
-- test: TestDeletedAccountLeavesNothing, TestWhatExpires, TestLoginsExpire
CREATE TABLE login (
	hash BYTEA PRIMARY KEY, -- SHA-256 of the token
	id TEXT NOT NULL UNIQUE,
	account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	stage TEXT NOT NULL,
	device TEXT NOT NULL, -- kind of browser and system, from closed lists
	stays BOOLEAN NOT NULL, -- whether the browser keeps it when it is closed
	began_at BIGINT NOT NULL, -- the hour
	used_at BIGINT NOT NULL, -- the hour
	ends_at BIGINT NOT NULL, -- unless it is used
	latest_at BIGINT NOT NULL -- in any case
);
CREATE INDEX login_account ON login (account);
CREATE INDEX login_ends ON login (ends_at);

-- purpose: what administrators did, so that others can check it
-- retention: a year
-- test: TestTrailIsPurged
CREATE TABLE trail (
	seq BIGINT PRIMARY KEY,
	at BIGINT NOT NULL, -- the minute
	actor TEXT NOT NULL, -- id of an account, or what acted without one
	act TEXT NOT NULL,
	target TEXT NOT NULL, -- id of an account or a meeting, or empty
	detail TEXT NOT NULL, -- words of closed lists: never a name, an address or a title
	before BYTEA NOT NULL, -- the hash of the entry before
	hash BYTEA NOT NULL -- SHA-256 over all of this
);

-- purpose: where the trail ends, so that entries missing at its end are noticed
-- retention: as long as the database; overwritten with each entry
-- test: none, it is about nobody
CREATE TABLE trail_head (
	id BIGINT PRIMARY KEY,
	seq BIGINT NOT NULL,
	hash BYTEA NOT NULL
);

-- purpose: who runs the installation and what for; published in the legal notice and the privacy notice
-- retention: as long as the database; overwritten by administrators
-- test: TestOperatorIsOverwritten
CREATE TABLE operator (
	id BIGINT PRIMARY KEY,
	purpose TEXT NOT NULL,
	details TEXT NOT NULL -- JSON
);
