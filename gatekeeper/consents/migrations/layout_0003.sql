CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE consent_counter (
	name VARCHAR(16) NOT NULL, 
	next INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE consent_entry (
	subject INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	kind INTEGER NOT NULL, 
	terms_id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	until INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	contact TEXT NOT NULL, 
	proof TEXT NOT NULL, 
	PRIMARY KEY (subject, id), 
	FOREIGN KEY(terms_id) REFERENCES consent_terms (id), 
	FOREIGN KEY(source_id) REFERENCES consent_source (id)
)
 WITHOUT ROWID

;
CREATE TABLE consent_proof (
	sha256 VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	PRIMARY KEY (sha256), 
	FOREIGN KEY(source_id) REFERENCES consent_source (id)
);
CREATE TABLE consent_proof_holder (
	sha256 VARCHAR(64) NOT NULL, 
	principal TEXT NOT NULL, 
	source_id INTEGER NOT NULL, 
	PRIMARY KEY (sha256, principal), 
	FOREIGN KEY(source_id) REFERENCES consent_source (id)
);
CREATE TABLE consent_segment (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	build VARCHAR(32) NOT NULL, 
	count INTEGER NOT NULL, 
	made_at INTEGER NOT NULL, 
	active INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE consent_source (
	id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	"by" TEXT NOT NULL, 
	via TEXT NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	file TEXT DEFAULT '' NOT NULL, 
	sha256 VARCHAR(64) DEFAULT '' NOT NULL, 
	taken INTEGER DEFAULT '0' NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	rejected INTEGER DEFAULT '0' NOT NULL, bound INTEGER DEFAULT '1' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE consent_terms (
	id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	principal TEXT NOT NULL, 
	third_parties TEXT NOT NULL, 
	goods TEXT NOT NULL, 
	text TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	items TEXT NOT NULL, 
	slots TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	hour_known INTEGER NOT NULL, 
	robot INTEGER NOT NULL, 
	written INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (digest)
);
CREATE TABLE consent_text (
	name VARCHAR(80) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	body TEXT NOT NULL, 
	source_id INTEGER NOT NULL, 
	PRIMARY KEY (name), 
	FOREIGN KEY(source_id) REFERENCES consent_source (id)
);
CREATE TABLE consent_text_holder (
	name VARCHAR(80) NOT NULL, 
	principal TEXT NOT NULL, 
	source_id INTEGER NOT NULL, 
	PRIMARY KEY (name, principal), 
	FOREIGN KEY(source_id) REFERENCES consent_source (id)
);
CREATE INDEX consent_entry_id ON consent_entry (id);
