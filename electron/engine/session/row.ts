import {
  proxySteps,
  h2NoteKinds,
  longLives,
  ways,
  type ChainCertificate,
  type ConversationRecord,
  type DialAttempt,
  type ExchangeRecord,
  type ExchangeState,
  type H2Note,
} from '../../../core/model/exchange-record.ts';
import type { BoundValue } from './record-codec.ts';
import { columnList, conversationColumns, exchangeColumns, type ColumnKind } from './record-columns.ts';

/** One row as better-sqlite3 gives it in `raw` mode. */
export type RawRow = readonly unknown[];

const exchangeList = columnList(exchangeColumns);
const conversationList = columnList(conversationColumns);
const emptyExchange = emptyOf(exchangeList);
const emptyConversation = emptyOf(conversationList);
const states: readonly string[] = ['open', 'done', 'failed', 'interrupted'] satisfies ExchangeState[];
const h2Whats: readonly unknown[] = h2NoteKinds;

/** What an exchange says that was open when its recording ended. */
export const interruptedCode = 'recording-interrupted';
export const interruptedMessage =
  'The recording ended before this exchange did, so how it ended is not known.';

export type ExchangeRowReader = (row: RawRow) => ExchangeRecord;

/**
 * Reads the columns of `exchanges` in declaration order. A value of the wrong type (a forged file) becomes an empty
 * one. `abandoned`: nobody writes the file, so what looks open was interrupted.
 */
export function createExchangeRowReader(abandoned: boolean): ExchangeRowReader {
  return (row) => {
    const record = toRecord(exchangeList, emptyExchange, row);
    if (!states.includes(record['state'] as string)) record['state'] = 'interrupted';
    if (!longLives.some((why) => why === record['longLived'])) record['longLived'] = null;
    if (abandoned && record['state'] === 'open') {
      record['state'] = 'interrupted';
      record['errorCode'] = interruptedCode;
      record['errorMessage'] = interruptedMessage;
    }
    return record as unknown as ExchangeRecord;
  };
}

/**
 * Shows values that are bound for `exchanges`, in declaration order, as a record: always the same one, which is that of the last call.
 */
export function createExchangeView(): (values: readonly BoundValue[]) => ExchangeRecord {
  let row: readonly BoundValue[] = [];
  const view = {};
  exchangeList.forEach(({ name, kind }, at) => {
    Object.defineProperty(view, name, { get: kind === 'boolean' ? () => row[at] === 1 : () => row[at] });
  });
  return (values) => {
    row = values;
    return view as ExchangeRecord;
  };
}

/** The columns of `conversations`, with the same leniency. */
export function toConversation(row: RawRow): ConversationRecord {
  const record = toRecord(conversationList, emptyConversation, row);
  if (record['role'] !== 'server') record['role'] = 'client';
  record['dialAttempts'] = (record['dialAttempts'] as unknown[]).filter(isDialAttempt);
  record['chain'] = (record['chain'] as unknown[]).filter(isCertificate);
  record['alpnOffered'] = (record['alpnOffered'] as unknown[]).filter((name) => typeof name === 'string');
  record['h2Notes'] = (record['h2Notes'] as unknown[]).filter(isH2Note);
  if (!ways.some((way) => way === record['way'])) record['way'] = null;
  return record as unknown as ConversationRecord;
}

function toRecord(
  list: readonly { name: string; kind: ColumnKind }[],
  empty: Readonly<Record<string, unknown>>,
  row: RawRow,
): Record<string, unknown> {
  // A copy has its fields from the start: adding them one by one costs more than all else here.
  const record = { ...empty };
  for (let at = 0; at < list.length; at++) {
    const { name, kind } = list[at] as (typeof list)[number];
    record[name] = toField(kind, row[at]);
  }
  return record;
}

function emptyOf(list: readonly { name: string }[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ name }) => [name, null]));
}

function toField(kind: ColumnKind, value: unknown): unknown {
  switch (kind) {
    case 'number':
      return typeof value === 'number' ? value : 0;
    case 'number?':
      return typeof value === 'number' ? value : null;
    case 'text':
      return typeof value === 'string' ? value : '';
    case 'text?':
      return typeof value === 'string' ? value : null;
    case 'boolean':
      return value === 1;
    case 'json':
      return toArray(value);
    default:
      return kind satisfies never;
  }
}

function toArray(value: unknown): unknown[] {
  if (typeof value !== 'string') return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function isDialAttempt(value: unknown): value is DialAttempt {
  if (typeof value !== 'object' || value === null) return false;
  const { address, port, fromUs, toUs, error, step } = value as Record<keyof DialAttempt, unknown>;
  if (step !== undefined && !proxySteps.some((each) => each === step)) return false;
  const numbers = [port, fromUs, toUs].every((number) => typeof number === 'number');
  return numbers && typeof address === 'string' && (error === null || typeof error === 'string');
}

function isCertificate(value: unknown): value is ChainCertificate {
  if (typeof value !== 'object' || value === null) return false;
  const { subject, issuer, validFrom, validTo, names, fingerprintSha256 } = value as Record<
    keyof ChainCertificate,
    unknown
  >;
  const texts = [subject, issuer, validFrom, validTo, fingerprintSha256];
  return (
    Array.isArray(names) && [...texts, ...(names as unknown[])].every((text) => typeof text === 'string')
  );
}

function isH2Note(value: unknown): value is H2Note {
  if (typeof value !== 'object' || value === null) return false;
  const { atUs, sender, what, text } = value as Record<keyof H2Note, unknown>;
  return (
    typeof atUs === 'number' &&
    (sender === 'client' || sender === 'server') &&
    h2Whats.includes(what) &&
    typeof text === 'string'
  );
}
