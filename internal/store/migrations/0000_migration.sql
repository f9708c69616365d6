-- purpose: to know which tables the database has, so that a newer program can add what is missing
-- retention: as long as the database
-- test: none, it is about nobody
CREATE TABLE IF NOT EXISTS migration (
	number BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	done_at BIGINT NOT NULL -- also the time at which the program was installed or renewed
);
