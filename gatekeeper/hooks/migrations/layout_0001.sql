CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE message (
	seq INTEGER NOT NULL, 
	id VARCHAR(26) NOT NULL, 
	endpoint VARCHAR(32) NOT NULL, 
	at BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	data TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (endpoint, id)
);
CREATE TABLE progress (
	endpoint VARCHAR(32) NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (endpoint, source)
);
CREATE INDEX message_due ON message (endpoint, due_at);
