CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alert (
	id VARCHAR(26) NOT NULL, 
	at BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	facts TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE delivery (
	alert VARCHAR(26) NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	tries INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	PRIMARY KEY (alert, channel), 
	FOREIGN KEY(alert) REFERENCES alert (id) ON DELETE CASCADE
);
CREATE TABLE progress (
	name VARCHAR(32) NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE standing (
	"key" VARCHAR NOT NULL, 
	since BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE INDEX delivery_due ON delivery (channel, due_at);
