/**
 * `exchanges` and `conversations`: lean rows, one column per field of their records. Heads and bodies rest in slabs as
 * they arrived, interleaved; `pieces` says which parts of which slabs belong to an exchange, one row for what one
 * transaction brought: `packed` holds for each piece its code (piece-list.ts), slab id, offset, length (u32) and arrival
 * (f64, µs since the epoch); `heads` counts the heads that begin in it, `requestBytes` and `responseBytes` sum up the
 * bodies. `session_info` has one row.
 */
export const firstTables = `
CREATE TABLE session_info (
  id INTEGER PRIMARY KEY,
  createdAtUs INTEGER NOT NULL,
  createdBy TEXT NOT NULL,
  writtenBy TEXT NOT NULL,
  clean INTEGER NOT NULL
);
CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL,
  protocol TEXT NOT NULL,
  method TEXT NOT NULL,
  scheme TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  path TEXT NOT NULL,
  status INTEGER,
  statusText TEXT,
  contentType TEXT,
  errorCode TEXT,
  errorMessage TEXT,
  recorded TEXT NOT NULL,
  note TEXT,
  startedAtUs INTEGER NOT NULL,
  requestEndedAtUs INTEGER,
  sentFromUs INTEGER,
  sentToUs INTEGER,
  responseFromUs INTEGER,
  responseToUs INTEGER,
  clientFromUs INTEGER,
  endedAtUs INTEGER,
  requestBytes INTEGER NOT NULL,
  responseBytes INTEGER NOT NULL,
  addedUs INTEGER,
  blockedUs INTEGER,
  dnsUs INTEGER,
  connectUs INTEGER,
  tlsUs INTEGER,
  sendUs INTEGER,
  waitUs INTEGER,
  receiveUs INTEGER,
  clientStallUs INTEGER NOT NULL,
  serverStallUs INTEGER NOT NULL,
  clientConversation INTEGER,
  serverConversation INTEGER,
  clientReused INTEGER NOT NULL,
  serverReused INTEGER NOT NULL
);
CREATE INDEX open_exchanges ON exchanges (id) WHERE state = 'open';
CREATE TABLE conversations (
  id INTEGER PRIMARY KEY,
  role TEXT NOT NULL,
  localAddress TEXT NOT NULL,
  localPort INTEGER NOT NULL,
  remoteAddress TEXT NOT NULL,
  remotePort INTEGER NOT NULL,
  hostName TEXT,
  openedAtUs INTEGER NOT NULL,
  closedAtUs INTEGER,
  closedBy TEXT,
  dnsFromUs INTEGER,
  dnsToUs INTEGER,
  connectFromUs INTEGER,
  connectToUs INTEGER,
  tlsFromUs INTEGER,
  tlsToUs INTEGER,
  tlsVersion TEXT,
  tlsCipher TEXT,
  alpn TEXT,
  serverName TEXT,
  bytesIn INTEGER NOT NULL,
  bytesOut INTEGER NOT NULL,
  dialAttempts TEXT NOT NULL,
  chain TEXT NOT NULL,
  trustProblem TEXT
);
CREATE TABLE pieces (
  exchangeId INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  heads INTEGER NOT NULL,
  requestBytes INTEGER NOT NULL,
  responseBytes INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (exchangeId, seq)
) WITHOUT ROWID;
CREATE TABLE slabs (
  id INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
);
`;
