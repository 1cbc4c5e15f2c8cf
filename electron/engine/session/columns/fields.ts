import { isGrpc } from '../../../../core/model/long-lived-words.ts';
import { longLives, type ExchangeRecord, type LongLived } from '../../../../core/model/exchange-record.ts';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';

/** Exchanges in one block: ids from `block * blockRows + 1` on. A power of two. */
export const blockRows = 4096;

/** Ids of exchanges as lists hold them, in 4 bytes each. */
export type Ids = Uint32Array<ArrayBuffer>;

/** The greatest id that lists hold: 500 exchanges a second come to it after 99 days. */
export const idMax = 2 ** 32 - blockRows;

export function blockOf(id: number): number {
  return Math.floor((id - 1) / blockRows);
}

export function slotOf(id: number): number {
  return (id - 1) & (blockRows - 1);
}

export function idAt(block: number, slot: number): number {
  return block * blockRows + slot + 1;
}

interface Field<V> {
  /** Stands in the file: never changed, never given to another field. */
  readonly code: number;
  readonly of: (record: ExchangeRecord) => V;
  /** Whether the value is the same from the first time the exchange is written to the last. */
  readonly isFixed: boolean;
}

export type NumberField = keyof typeof numberFields;
export type TextField = keyof typeof textFields;

/** Bits of the field `state`. */
export const stateBits = { tunnel: 4, reused: 8, incomplete: 16, failed: 32, grpcFault: 64 } as const;
/** The lowest two bits of `state`. */
export const stateCodes = { open: 0, done: 1, failed: 2, interrupted: 3 } as const;

/** Of the field `nature`. */
export const grpcBit = 64;
/** The lower bits of the field `nature`; 0: it is not long on purpose. */
export function natureCode(why: LongLived): number {
  return 1 + longLives.indexOf(why);
}

function changing(code: number, of: (record: ExchangeRecord) => number | null): Field<number | null> {
  return { code, of, isFixed: false };
}

function fixed(code: number, of: (record: ExchangeRecord) => number | null): Field<number | null> {
  return { code, of, isFixed: true };
}

/** Numbers; null where there is none. `connect` is TCP alone, as the window shows it; `connection` and `client` are the two conversations. */
export const numberFields = {
  state: changing(
    1,
    (r) =>
      stateCodes[r.state] |
      (r.method === '' ? stateBits.tunnel : 0) |
      (r.serverReused ? stateBits.reused : 0) |
      (r.recorded === 'full' ? 0 : stateBits.incomplete) |
      (r.errorCode === null ? 0 : stateBits.failed) |
      ((r.grpcStatus ?? 0) === 0 ? 0 : stateBits.grpcFault),
  ),
  status: changing(2, (r) => r.status),
  port: fixed(3, (r) => r.port),
  size: changing(4, (r) => r.responseBytes),
  requestSize: changing(5, (r) => r.requestBytes),
  started: fixed(6, (r) => r.startedAtUs),
  time: changing(7, (r) => (r.state === 'open' ? null : exchangeDurationUs(r, 0))),
  blocked: changing(8, (r) => r.blockedUs),
  dns: changing(9, (r) => r.dnsUs),
  connect: changing(10, (r) => (r.connectUs === null ? null : Math.max(0, r.connectUs - (r.tlsUs ?? 0)))),
  tls: changing(11, (r) => r.tlsUs),
  send: changing(12, (r) => r.sendUs),
  wait: changing(13, (r) => r.waitUs),
  receive: changing(14, (r) => r.receiveUs),
  added: changing(15, (r) => r.addedUs),
  stall: changing(16, (r) => r.clientStallUs + r.serverStallUs),
  connection: changing(17, (r) => r.serverConversation),
  messages: changing(18, (r) => r.requestMessages + r.responseMessages),
  grpcStatus: changing(19, (r) => r.grpcStatus),
  h2Stream: fixed(20, (r) => r.h2Stream),
  starved: changing(21, (r) => r.requestStarvedUs + r.responseStarvedUs),
  nature: changing(
    22,
    (r) => (r.longLived === null ? 0 : natureCode(r.longLived)) | (isGrpc(r) ? grpcBit : 0),
  ),
  client: changing(23, (r) => r.clientConversation),
  rows: changing(24, (r) => r.rowCount),
} as const satisfies Record<string, Field<number | null>>;

/** Texts of which many exchanges have the same; null where there is none. */
export const textFields = {
  method: { code: 32, of: (r) => r.method, isFixed: true },
  scheme: { code: 33, of: (r) => r.scheme, isFixed: true },
  host: { code: 34, of: (r) => r.host, isFixed: true },
  type: { code: 35, of: (r) => r.contentType, isFixed: false },
  protocol: { code: 36, of: (r) => r.protocol, isFixed: false },
  app: { code: 37, of: (r) => r.app, isFixed: false },
  errorCode: { code: 38, of: (r) => r.errorCode, isFixed: false },
  errorMessage: { code: 39, of: (r) => r.errorMessage, isFixed: false },
  note: { code: 40, of: (r) => r.note, isFixed: false },
  statement: { code: 41, of: (r) => r.grouped, isFixed: false },
  tier: { code: 42, of: (r) => r.tier, isFixed: true },
} as const satisfies Record<string, Field<string | null>>;

/** Which ids of the block there are. */
export const presenceCode = 0;
/** Path and query: hardly two are the same. */
export const pathCode = 64;

export const numberFieldNames = Object.keys(numberFields) as NumberField[];
export const textFieldNames = Object.keys(textFields) as TextField[];

/** The key of a packed column in `column_blocks`. */
export function blockKey(code: number, block: number): number {
  return code * 2 ** 32 + block;
}

/** The last block: there is none behind `idMax`. */
export const blockMax = blockOf(idMax);
