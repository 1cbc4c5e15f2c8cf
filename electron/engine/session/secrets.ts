import type { Sqlite } from './sqlite.ts';

/** Conversations of one answer, and lines of one of them; a leg puts fewer. */
const conversationsMax = 1000;
const linesMax = 1000;
/** `label client_random secret` (RFC 9850 section 2): a session file is anybody's, and a key log is lines. */
const keyLogLine = /^[A-Z0-9_]{1,60} [0-9a-fA-F]{64} [0-9a-fA-F]{1,256}$/;

/** Reads the key logs of conversations. What is no line of one is passed over. */
export function createSecretReader(db: Sqlite): (conversationIds: readonly number[]) => string[] {
  const read = db.prepare('SELECT line FROM secrets WHERE conversationId = ? ORDER BY id LIMIT ?').pluck();
  return (conversationIds) =>
    conversationIds
      .slice(0, conversationsMax)
      .flatMap((id) => read.all(id, linesMax))
      .filter((line): line is string => typeof line === 'string' && keyLogLine.test(line));
}
