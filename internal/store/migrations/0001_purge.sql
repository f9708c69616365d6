-- purpose: to show that what is to be deleted is deleted: when each rule of deletion ran last, and how many rows it took
-- retention: as long as the database; overwritten with each run
-- test: none, it is about nobody
CREATE TABLE purge (
	rule TEXT PRIMARY KEY,
	ran_at BIGINT NOT NULL,
	removed BIGINT NOT NULL
);
