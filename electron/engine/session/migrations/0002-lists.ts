/**
 * `session_info.exchangeCount`: so many there were when the file was closed cleanly; counting a million takes half a second.
 * `exchanges.app`: the program that asked, as far as known. `column_blocks`: what lists filter and sort by, packed by
 * field for 4,096 consecutive ids (columns/packed-column.ts); `id` is field code × 2^32 + block number. They are made from
 * ended exchanges when the writer is idle, and dropped when one of theirs is written again. `marks`: what a person put on
 * an exchange. `removals`: runs of ids that a person took out of the lists, `removal` numbers the act.
 */
export const lists = `
ALTER TABLE exchanges ADD COLUMN app TEXT;
ALTER TABLE session_info ADD COLUMN exchangeCount INTEGER;
CREATE TABLE column_blocks (
  id INTEGER PRIMARY KEY,
  packed BLOB NOT NULL
);
CREATE TABLE marks (
  exchangeId INTEGER PRIMARY KEY,
  color TEXT,
  comment TEXT NOT NULL,
  pinned INTEGER NOT NULL
);
CREATE TABLE removals (
  id INTEGER PRIMARY KEY,
  removal INTEGER NOT NULL,
  fromId INTEGER NOT NULL,
  toId INTEGER NOT NULL
);
`;
