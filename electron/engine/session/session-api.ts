import type { BodySide, ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import type { Result } from '../../../core/model/result.ts';
import type { ExchangeDetail, ExchangeFilter } from '../../../core/contract/exchanges.ts';

/** Parts of an exchange's heads, stored as the raw bytes they were. `interim` may be put several times. */
export type HeadPart = 'request' | 'interim' | 'response' | 'request-trailers' | 'response-trailers';

/**
 * What the proxy's event loop calls while traffic flows. Nothing here touches a disk, waits, or throws: bytes are
 * copied into slabs, records encoded beside them, and both handed to the writer thread once per tick (50 ms).
 */
export interface SessionSink {
  readonly nextExchangeId: () => number;
  readonly nextConversationId: () => number;
  /** Insert or replace. A record that is still open is read at the next tick, and its last state is written. */
  readonly putExchange: (record: ExchangeRecord) => void;
  readonly putConversation: (record: ConversationRecord) => void;
  /** `atUs`: when its last byte arrived. */
  readonly putHead: (exchangeId: number, part: HeadPart, raw: Uint8Array, atUs: number) => void;
  /**
   * Appends body bytes that arrived at `atUs`. False when the queue to the writer is at its bound: these bytes are
   * not recorded, and the caller says so in `ExchangeRecord.recorded`.
   */
  readonly appendBody: (exchangeId: number, side: BodySide, bytes: Uint8Array, atUs: number) => boolean;
}

export interface BodyPage {
  readonly bytes: Uint8Array;
  readonly totalBytes: number | null;
  readonly done: boolean;
  readonly codings: readonly string[];
  readonly decodeError: string | null;
  readonly contentType: string | null;
}

/** One open session file: the sink for writing, and questions answered on a read-only connection in a worker. */
export interface Session {
  readonly path: string;
  readonly sink: SessionSink;
  /** Resolves when everything put so far is committed. */
  readonly flush: () => Promise<void>;
  /** Flushes, marks the file cleanly closed, checkpoints, ends both workers. */
  readonly close: () => Promise<void>;
  /** Bytes handed over and not yet written, and the bound. */
  readonly queueBytes: () => number;
  readonly queueBytesMax: number;
  readonly exchangeCount: () => number;
  readonly diskBytes: () => Promise<number>;
  /** What an earlier engine that died left unfinished, in one sentence; null if nothing. */
  readonly notice: string | null;

  readonly openView: (filter: ExchangeFilter) => Promise<Result<{ viewId: number; count: number }>>;
  readonly closeView: (viewId: number) => Promise<Result<Record<string, never>>>;
  readonly rows: (
    viewId: number,
    from: number,
    limit: number,
  ) => Promise<Result<{ from: number; rows: ExchangeRecord[]; count: number }>>;
  readonly position: (viewId: number, id: number) => Promise<Result<{ index: number | null }>>;
  readonly get: (id: number) => Promise<Result<ExchangeDetail>>;
  readonly readBody: (
    exchangeId: number,
    side: BodySide,
    decoded: boolean,
    from: number,
    limit: number,
  ) => Promise<Result<BodyPage>>;
  /** All exchanges in order of id with their legs, in pages; for the command line. */
  readonly exportPage: (
    afterId: number,
    limit: number,
  ) => Promise<
    Result<
      {
        exchange: ExchangeRecord;
        clientLeg: ConversationRecord | null;
        serverLeg: ConversationRecord | null;
      }[]
    >
  >;
  readonly onViewChanged: (
    listener: (change: { viewId: number; count: number; changed: number[] | null }) => void,
  ) => void;
  /** The writer cannot go on (disk full, file gone): the sentence to show. Null when it can again. */
  readonly onProblem: (listener: (problem: string | null) => void) => void;
}

export interface OpenSessionOptions {
  readonly path: string;
  /** `create` fails if the file exists; `open` if it does not; `create-or-open` takes either; `read` never writes (command line on a saved file). */
  readonly mode: 'create' | 'open' | 'create-or-open' | 'read';
}
