import { OpenQuestion } from '../model/open-question.ts';
import type { PostgresContext } from './postgres-context.ts';
import { PostgresFields } from './postgres-fields.ts';

/** Codes that stand in the place of a version (manual, 55.7). */
export const postgresStart = {
  cancel: 80_877_102,
  ssl: 80_877_103,
  gss: 80_877_104,
} as const;

export type PostgresStart =
  | 'ssl'
  | 'gss'
  | 'cancel'
  /** A StartupMessage: what follows has types. */
  | 'startup'
  | 'unreadable';

const parametersMax = 50;
/** Their values are never told. */
const secret = /pass|secret|token|key/i;

/** Reads a message of the start, whose length was taken off. */
export function readStart(
  context: PostgresContext,
  bytes: Uint8Array,
  from: number,
  to: number,
  firstAtUs: number,
  atUs: number,
): PostgresStart {
  const fields = new PostgresFields(bytes, from, to);
  // Nothing follows a wish to cancel.
  if (context.cancel !== null) return 'unreadable';
  const version = fields.i32();
  if (version === postgresStart.ssl) return 'ssl';
  if (version === postgresStart.gss) return 'gss';
  if (version === postgresStart.cancel) {
    cancel(context, fields.i32() >>> 0, to - from + 4, firstAtUs, atUs);
    return 'cancel';
  }
  if (version >>> 16 !== 3) return 'unreadable';
  context.teller.fact('protocol', `${version >>> 16}.${version & 0xffff}`, atUs);
  for (let count = 0; count < parametersMax && fields.left() > 1; count++) {
    const nameFrom = fields.at;
    const name = context.platform.utf8(bytes, nameFrom, fields.textEnd());
    const valueFrom = fields.at;
    const value = context.platform.utf8(bytes, valueFrom, fields.textEnd());
    if (fields.isShort()) break;
    context.teller.fact(name, secret.test(name) ? '[removed]' : value, atUs);
  }
  return 'startup';
}

/** A connection of its own whose only question is to cancel what another one waits for. The server just closes. */
function cancel(
  context: PostgresContext,
  process: number,
  bytes: number,
  firstAtUs: number,
  atUs: number,
): void {
  const question = new OpenQuestion(firstAtUs);
  question.bytes = bytes;
  const statement = `CANCEL what server process ${process} does`;
  const words = { verb: 'CANCEL', statement, normalised: 'CANCEL what server process ? does' };
  context.teller.question(question, words, [], atUs);
  context.cancel = question;
}
