import { firstTables } from './0001-first-tables.ts';
import { lists } from './0002-lists.ts';
import { bodyIndex } from './0003-body-index.ts';
import { messages } from './0004-messages.ts';
import { packets } from './0005-packets.ts';
import { exchangesOfPackets } from './0006-exchanges-of-packets.ts';

/**
 * Steps of the schema, in order, never changed once released: `user_version` n means the first n were applied.
 * A new step is one file and one line here.
 */
export const migrations: readonly string[] = [
  firstTables,
  lists,
  bodyIndex,
  messages,
  packets,
  exchangesOfPackets,
];

/** What this program writes. */
export const schemaVersion = migrations.length;
