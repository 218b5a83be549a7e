CREATE TABLE action (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	"by" TEXT NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	action VARCHAR(64) NOT NULL, 
	what TEXT NOT NULL, 
	why TEXT NOT NULL
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE api_key (
	id VARCHAR(26) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	hash BLOB NOT NULL, 
	shown VARCHAR(16) NOT NULL, 
	principal TEXT, 
	scopes TEXT NOT NULL, 
	made_at BIGINT NOT NULL, 
	made_by TEXT NOT NULL, 
	used_at BIGINT, 
	ended_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (hash)
);
CREATE TABLE device (
	token BLOB NOT NULL, 
	id VARCHAR(26) NOT NULL, 
	user VARCHAR(26) NOT NULL, 
	made_at BIGINT NOT NULL, 
	used_at BIGINT NOT NULL, 
	PRIMARY KEY (token), 
	UNIQUE (id), 
	FOREIGN KEY(user) REFERENCES user (id)
);
CREATE TABLE failure (
	"key" VARCHAR(160) NOT NULL, 
	count INTEGER NOT NULL, 
	first_at BIGINT NOT NULL, 
	locked_until BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE session (
	token BLOB NOT NULL, 
	id VARCHAR(26) NOT NULL, 
	user VARCHAR(26) NOT NULL, 
	made_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	browser TEXT NOT NULL, 
	PRIMARY KEY (token), 
	UNIQUE (id), 
	FOREIGN KEY(user) REFERENCES user (id)
);
CREATE TABLE user (
	id VARCHAR(26) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	principals TEXT, 
	password TEXT NOT NULL, 
	totp VARCHAR(64), 
	totp_step BIGINT DEFAULT '0' NOT NULL, 
	language VARCHAR(2) DEFAULT '' NOT NULL, 
	made_at BIGINT NOT NULL, 
	made_by TEXT NOT NULL, 
	ended_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE INDEX session_user ON session (user);
CREATE INDEX action_by ON action ("by");
CREATE INDEX device_user ON device (user);
DELETE FROM "sqlite_sequence";
