CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE archive (
	name VARCHAR NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	decisions BIGINT NOT NULL, 
	mets BIGINT NOT NULL, 
	begins BIGINT NOT NULL, 
	ends BIGINT NOT NULL, 
	bytes BIGINT NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	made_at BIGINT NOT NULL, 
	made_by VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE attempt (
	consumer BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	decision BLOB NOT NULL, 
	mark BIGINT NOT NULL, 
	principal BIGINT NOT NULL, 
	subject BIGINT NOT NULL, 
	other BIGINT NOT NULL, 
	told BIGINT NOT NULL, 
	PRIMARY KEY (consumer, at, decision, mark)
)
 WITHOUT ROWID

;
CREATE TABLE decision (
	seq INTEGER NOT NULL, 
	id VARCHAR(26) NOT NULL, 
	at BIGINT NOT NULL, 
	dialled VARCHAR NOT NULL, 
	number BIGINT, 
	verdict VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	list VARCHAR NOT NULL, 
	list_version VARCHAR NOT NULL, 
	facts VARCHAR NOT NULL, 
	campaign VARCHAR NOT NULL, 
	principal VARCHAR NOT NULL, 
	caller_id VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	uniqueid VARCHAR NOT NULL, 
	linkedid VARCHAR NOT NULL, 
	gate VARCHAR NOT NULL, 
	micros BIGINT NOT NULL, supersedes VARCHAR DEFAULT '' NOT NULL, bypass BIGINT DEFAULT '0' NOT NULL, node VARCHAR DEFAULT '' NOT NULL, sequence BIGINT, salt BLOB DEFAULT (x'') NOT NULL, correction BIGINT DEFAULT '0' NOT NULL, provision VARCHAR DEFAULT '' NOT NULL, basis VARCHAR DEFAULT '' NOT NULL, law VARCHAR DEFAULT '' NOT NULL, rules VARCHAR DEFAULT '' NOT NULL, would_block VARCHAR DEFAULT '' NOT NULL, would_provision VARCHAR DEFAULT '' NOT NULL, purpose VARCHAR DEFAULT '' NOT NULL, sector VARCHAR DEFAULT '' NOT NULL, goods VARCHAR DEFAULT '' NOT NULL, dial_mode VARCHAR DEFAULT '' NOT NULL, callee VARCHAR DEFAULT '' NOT NULL, subcontractor VARCHAR DEFAULT '' NOT NULL, contact VARCHAR DEFAULT '' NOT NULL, postcode VARCHAR DEFAULT '' NOT NULL, retry_at BIGINT DEFAULT '0' NOT NULL, proof BIGINT DEFAULT '0' NOT NULL, attempt_no BIGINT DEFAULT '0' NOT NULL, asked_by VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE elsewhere (
	id VARCHAR(26) NOT NULL, 
	correction BIGINT NOT NULL, 
	PRIMARY KEY (id, correction)
)
 WITHOUT ROWID

;
CREATE TABLE met (
	seq INTEGER NOT NULL, 
	decision VARCHAR(26) NOT NULL, 
	at BIGINT NOT NULL, 
	gate VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	uniqueid VARCHAR NOT NULL, 
	linkedid VARCHAR NOT NULL, node VARCHAR DEFAULT '' NOT NULL, sequence BIGINT, salt BLOB DEFAULT (x'') NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE writer (
	node VARCHAR NOT NULL, 
	decisions BIGINT NOT NULL, 
	mets BIGINT NOT NULL, archived BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (node)
);
CREATE INDEX decision_number ON decision (number);
CREATE INDEX decision_call ON decision (linkedid) WHERE number IS NULL;
CREATE INDEX met_decision ON met (decision);
CREATE INDEX decision_correction ON decision (supersedes) WHERE correction = 1;
