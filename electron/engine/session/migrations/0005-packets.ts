/**
 * Captured packets. The frames of a block lie one behind the other in the slab `slabId`, so that what is read of them (heads, bodies) need
 * not be stored twice; `columns` says what is where (packets/block-format.ts), `firstNumber` is the number of its first packet, from 1 without gaps.
 * `packet_conversations`: two endpoints and everything between them; `summary` is a TcpSummary as JSON, null for other protocols. `packet_more`:
 * what a file said of single packets. `packet_marks`: what a person put on them. `packet_names`: names of addresses, as the packets or the file told
 * them. `query_facts`: parameters, first rows and notices of a question to a database (QueryFacts as JSON).
 */
export const packets = `
CREATE TABLE packet_interfaces (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  linkType INTEGER NOT NULL,
  snapBytes INTEGER NOT NULL,
  filter TEXT NOT NULL,
  system TEXT NOT NULL,
  unitsPerSecond INTEGER NOT NULL,
  received INTEGER,
  droppedByKernel INTEGER,
  droppedByInterface INTEGER,
  droppedByUs INTEGER NOT NULL
);
CREATE TABLE packet_blocks (
  id INTEGER PRIMARY KEY,
  firstNumber INTEGER NOT NULL,
  count INTEGER NOT NULL,
  slabId INTEGER NOT NULL,
  columns BLOB NOT NULL
);
CREATE TABLE packet_conversations (
  id INTEGER PRIMARY KEY,
  transport TEXT NOT NULL,
  application TEXT NOT NULL,
  addressA TEXT NOT NULL,
  portA INTEGER,
  addressB TEXT NOT NULL,
  portB INTEGER,
  opener TEXT NOT NULL,
  startedAtUs REAL NOT NULL,
  endedAtUs REAL NOT NULL,
  firstPacket INTEGER NOT NULL,
  lastPacket INTEGER NOT NULL,
  packetsA INTEGER NOT NULL,
  packetsB INTEGER NOT NULL,
  bytesA INTEGER NOT NULL,
  bytesB INTEGER NOT NULL,
  troubles INTEGER NOT NULL,
  rttUs REAL,
  retransmissions INTEGER NOT NULL,
  zeroWindowUs REAL NOT NULL,
  exchanges INTEGER NOT NULL,
  locked TEXT,
  summary TEXT
);
CREATE TABLE packet_more (
  number INTEGER PRIMARY KEY,
  json TEXT NOT NULL
);
CREATE TABLE packet_marks (
  number INTEGER PRIMARY KEY,
  marked INTEGER NOT NULL,
  comment TEXT
);
CREATE TABLE packet_names (
  address TEXT PRIMARY KEY,
  name TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE query_facts (
  exchangeId INTEGER PRIMARY KEY,
  json TEXT NOT NULL
);
ALTER TABLE exchanges ADD COLUMN tier TEXT NOT NULL DEFAULT 'proxy';
ALTER TABLE exchanges ADD COLUMN packetConversation INTEGER;
ALTER TABLE exchanges ADD COLUMN grouped TEXT;
ALTER TABLE exchanges ADD COLUMN rowCount INTEGER;
`;
