CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE list (
	id INTEGER NOT NULL, 
	name VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	created_at INTEGER NOT NULL, 
	version INTEGER DEFAULT '0' NOT NULL, 
	count INTEGER DEFAULT '0' NOT NULL, 
	changes INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE list_activation (
	id INTEGER NOT NULL, 
	list_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	"by" TEXT NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(list_id) REFERENCES list (id)
);
CREATE TABLE list_change (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	list_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	op VARCHAR(8) NOT NULL, 
	at INTEGER NOT NULL, 
	"by" TEXT NOT NULL, 
	note TEXT NOT NULL, 
	UNIQUE (list_id, seq), 
	FOREIGN KEY(list_id) REFERENCES list (id)
);
CREATE TABLE list_contract (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	list_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	principal TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	since INTEGER NOT NULL, 
	until INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	ended INTEGER DEFAULT '0' NOT NULL, 
	alone INTEGER DEFAULT '0' NOT NULL, 
	FOREIGN KEY(list_id) REFERENCES list (id)
);
CREATE TABLE list_overlay (
	list_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	op VARCHAR(8) NOT NULL, 
	PRIMARY KEY (list_id, number), 
	FOREIGN KEY(list_id) REFERENCES list (id)
)
 WITHOUT ROWID

;
CREATE TABLE list_version (
	id INTEGER NOT NULL, 
	list_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	build VARCHAR(32) NOT NULL, 
	count INTEGER NOT NULL, 
	read INTEGER NOT NULL, 
	duplicates INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_date INTEGER, 
	valid_until INTEGER, 
	sha256 VARCHAR(64) NOT NULL, 
	country VARCHAR(2) NOT NULL, 
	numbering TEXT NOT NULL, 
	imported_at INTEGER NOT NULL, 
	imported_by TEXT NOT NULL, kind VARCHAR(16) DEFAULT 'full' NOT NULL, prefixes TEXT DEFAULT '' NOT NULL, territory VARCHAR(4) DEFAULT '' NOT NULL, cleared INTEGER DEFAULT '0' NOT NULL, canary INTEGER, absent INTEGER, kept INTEGER DEFAULT '1' NOT NULL, raw TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (list_id, version), 
	FOREIGN KEY(list_id) REFERENCES list (id)
);
CREATE TABLE query_answer (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	list_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	consent VARCHAR(10) DEFAULT '' NOT NULL, 
	region VARCHAR(8) DEFAULT '' NOT NULL, 
	outcome VARCHAR(8) NOT NULL, 
	asked_at INTEGER NOT NULL, 
	until INTEGER NOT NULL, 
	sha256 VARCHAR(64) DEFAULT '' NOT NULL, 
	text TEXT DEFAULT '' NOT NULL, 
	FOREIGN KEY(list_id) REFERENCES list (id)
);
CREATE INDEX list_change_number ON list_change (number);
CREATE INDEX query_answer_number ON query_answer (list_id, number);
CREATE INDEX list_contract_number ON list_contract (list_id, number);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('query_answer',0);
