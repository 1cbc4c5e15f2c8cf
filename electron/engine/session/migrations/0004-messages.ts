/**
 * Messages inside exchanges: one row for what one transaction brought of one exchange; `packed` holds the stored forms of
 * message-list.ts, `count` how many. `secrets`: lines of a TLS key log (RFC 9850) of a conversation. The columns follow
 * their records (core/model/exchange-record.ts).
 */
export const messages = `
CREATE TABLE messages (
  exchangeId INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (exchangeId, seq)
) WITHOUT ROWID;
CREATE TABLE secrets (
  id INTEGER PRIMARY KEY,
  conversationId INTEGER NOT NULL,
  line TEXT NOT NULL
);
CREATE INDEX secrets_of ON secrets (conversationId);
ALTER TABLE exchanges ADD COLUMN h2Stream INTEGER;
ALTER TABLE exchanges ADD COLUMN requestMessages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchanges ADD COLUMN responseMessages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchanges ADD COLUMN longLived TEXT;
ALTER TABLE exchanges ADD COLUMN grpcStatus INTEGER;
ALTER TABLE exchanges ADD COLUMN requestStarvedUs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchanges ADD COLUMN responseStarvedUs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchanges ADD COLUMN loopDelayUs INTEGER;
ALTER TABLE conversations ADD COLUMN way TEXT;
ALTER TABLE conversations ADD COLUMN via TEXT;
ALTER TABLE conversations ADD COLUMN processId INTEGER;
ALTER TABLE conversations ADD COLUMN processName TEXT;
ALTER TABLE conversations ADD COLUMN processPath TEXT;
ALTER TABLE conversations ADD COLUMN device TEXT;
ALTER TABLE conversations ADD COLUMN ja3 TEXT;
ALTER TABLE conversations ADD COLUMN ja4 TEXT;
ALTER TABLE conversations ADD COLUMN tlsGroup TEXT;
ALTER TABLE conversations ADD COLUMN tlsResumed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN alpnOffered TEXT NOT NULL DEFAULT '[]';
ALTER TABLE conversations ADD COLUMN clientCertificate TEXT;
ALTER TABLE conversations ADD COLUMN h2Notes TEXT NOT NULL DEFAULT '[]';
`;
