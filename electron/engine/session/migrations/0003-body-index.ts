/**
 * What text search knows of bodies without reading them (body-index/). `body_groups`: the exchanges whose bodies a group
 * covers, `fromId` … `toId`, packed as in group-format.ts; `built` is another number each time it is stored.
 * `body_signatures`: `id` is group × 256 + piece; each piece holds 64 rows of the group's bits. `body_changed`: exchanges
 * that got bytes after they had ended; a group's word on them does not count.
 */
export const bodyIndex = `
CREATE TABLE body_groups (
  id INTEGER PRIMARY KEY,
  built INTEGER NOT NULL,
  fromId INTEGER NOT NULL,
  toId INTEGER NOT NULL,
  packed BLOB NOT NULL
);
CREATE TABLE body_signatures (
  id INTEGER PRIMARY KEY,
  packed BLOB NOT NULL
);
CREATE TABLE body_changed (
  exchangeId INTEGER PRIMARY KEY
);
`;
