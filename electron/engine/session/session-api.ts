import type { MessagePort } from 'node:worker_threads';
import type { BodySide, ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import type { MessageRecord } from '../../../core/model/message-record.ts';
import type { Result } from '../../../core/model/result.ts';
import type {
  Branch,
  ExchangeDetail,
  HeaderNames,
  ListedExchange,
  GroupField,
  GroupOrder,
  MeasuredField,
  SelectionSummary,
  ViewProgress,
} from '../../../core/contract/exchanges.ts';
import type { Sort } from '../../../core/model/list-columns.ts';
import type { PacketReader } from '../packets/reading/packet-reader-client.ts';
import type { IndexProgress } from './body-index/indexer-messages.ts';
import type {
  BodyPage,
  Distribution,
  Groups,
  ExchangeWithLegs,
  MarkChange,
  MessageQuestions,
  OpenedView,
  Sharing,
  TextColumn,
  Timeline,
  ViewChange,
} from './answers.ts';
import type { LeftIn } from './left-bytes.ts';

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
  /** A message inside the exchange; messages keep the order they are put in. False as for `appendBody`. */
  readonly putMessage: (exchangeId: number, message: MessageRecord) => boolean;
  /** A line of a TLS key log (RFC 9850), without its line end. */
  readonly putSecret: (conversationId: number, line: string) => void;
  /** What a question to a database has besides its row: `QueryFacts` as JSON. Put once, when it is over. */
  readonly putFacts: (exchangeId: number, json: string) => void;
}

/** What is asked of a session; answered on a read-only connection in a worker. */
export interface SessionQuestions extends MessageQuestions {
  /** Failure `bad-filter`: the text has a mistake. */
  readonly openView: (filter: string, sort: Sort) => Promise<Result<OpenedView>>;
  readonly closeView: (viewId: number) => Promise<Result<Record<string, never>>>;
  readonly stopView: (viewId: number, stopped: boolean) => Promise<Result<{ progress: ViewProgress }>>;
  readonly rows: (
    viewId: number,
    from: number,
    limit: number,
    headers?: readonly string[],
  ) => Promise<Result<{ from: number; rows: ListedExchange[]; count: number }>>;
  readonly ids: (viewId: number, from: number, limit: number) => Promise<Result<{ ids: number[] }>>;
  readonly position: (viewId: number, id: number) => Promise<Result<{ index: number | null }>>;
  readonly get: (id: number) => Promise<Result<ExchangeDetail>>;
  readonly summary: (viewId: number, ids: readonly number[] | null) => Promise<Result<SelectionSummary>>;
  readonly timeline: (
    viewId: number,
    buckets: number,
    fromUs: number | null,
    toUs: number | null,
  ) => Promise<Result<Timeline>>;
  readonly distribution: (
    viewId: number,
    field: MeasuredField,
    buckets: number,
  ) => Promise<Result<Distribution>>;
  readonly groups: (
    viewId: number,
    by: GroupField,
    order: GroupOrder,
    limit: number,
  ) => Promise<Result<Groups>>;
  readonly branches: (
    filter: string,
    by: 'host' | 'app',
    under: readonly string[],
  ) => Promise<Result<{ branches: Branch[]; more: number }>>;
  readonly values: (field: TextColumn, limit: number) => Promise<Result<{ values: string[] }>>;
  readonly headerNames: (limit: number) => Promise<Result<HeaderNames>>;
  /** Failure `view-incomplete`: all of a view whose heads or bodies are still being read. */
  readonly selectedRuns: (
    viewId: number,
    ids: readonly number[] | null,
  ) => Promise<Result<{ runs: { fromId: number; toId: number }[]; count: number }>>;
  readonly readBody: (
    exchangeId: number,
    side: BodySide,
    decoded: boolean,
    from: number,
    limit: number,
  ) => Promise<Result<BodyPage>>;
  readonly sharing: (id: number) => Promise<Result<Sharing>>;
  /** All exchanges in order of id with their legs, in pages; for the command line. */
  readonly exportPage: (afterId: number, limit: number) => Promise<Result<ExchangeWithLegs[]>>;
  /** As `exportPage`, for these exchanges: at most 500, those that there are. */
  readonly exportThese: (ids: readonly number[]) => Promise<Result<ExchangeWithLegs[]>>;
  /** Lines of the TLS key logs of these conversations, at most 1,000 of them, in the order they were put. */
  readonly secrets: (conversationIds: readonly number[]) => Promise<Result<{ lines: string[] }>>;
}

/** One open session file: the sink for writing, and questions answered on a read-only connection in a worker. */
export interface Session extends SessionQuestions {
  /** Another one after the file was deleted under us and saved again. */
  readonly path: string;
  readonly sink: SessionSink;
  /** Lets another thread put exchanges and packets: what it needs for that. Null for a session that is only read. */
  readonly openFeed: () => SessionFeed | null;
  /** What is asked of its packets; answered by a thread that the first question starts. */
  readonly packets: PacketReader;
  /** Marks packets, or writes comments on them; what is left out stays as it is. */
  readonly markPackets: (
    numbers: readonly number[],
    change: PacketMarkChange,
  ) => Promise<Result<{ count: number }>>;
  /** Is told of the legs and keys that are put, besides their being stored; null for nobody. */
  readonly watchLegs: (watcher: LegWatcher | null) => void;
  /** More packets were committed, or a capture told more of what it had. */
  readonly onPackets: (listener: () => void) => void;
  /** Resolves when everything put so far is committed. */
  readonly flush: () => Promise<void>;
  /** Flushes, marks the file cleanly closed, checkpoints, ends both workers. */
  readonly close: () => Promise<void>;
  /** Bytes handed over and not yet written, and the bound. */
  readonly queueBytes: () => number;
  readonly queueBytesMax: number;
  readonly exchangeCount: () => number;
  /** Packets and conversations that were captured so far; of a session that is only read, none is told here. */
  readonly packetCounts: () => { readonly packets: number; readonly conversations: number };
  readonly diskBytes: () => Promise<number>;
  /** How far text search knows the bodies, by ids; null when it knows all that have ended, or never will. */
  readonly bodyIndex: () => IndexProgress | null;
  /** What is to be said of the session: what an engine that died left unfinished, or that it was saved again. */
  readonly notice: string | null;
  /** The notice is another one, and perhaps the path. */
  readonly onNotice: (listener: () => void) => void;

  /** Puts a mark on the selected exchanges; what is left out stays as it is. */
  readonly mark: (
    viewId: number,
    ids: readonly number[] | null,
    change: MarkChange,
  ) => Promise<Result<{ count: number }>>;
  /** The same for exchanges by their ids, ascending. */
  readonly markIds: (ids: readonly number[], change: MarkChange) => Promise<Result<{ count: number }>>;
  /** Takes the selected exchanges out of every list; `restore` brings them back until the session is closed. */
  readonly remove: (
    viewId: number,
    ids: readonly number[] | null,
  ) => Promise<Result<{ removalId: number; count: number }>>;
  readonly restore: (removalId: number) => Promise<Result<{ count: number }>>;
  readonly onViewChanged: (listener: (change: ViewChange) => void) => void;
  /** The writer cannot go on (disk full, file gone): the sentence to show. Null when it can again. */
  readonly onProblem: (listener: (problem: string | null) => void) => void;
}

export interface PacketMarkChange {
  readonly marked: boolean | undefined;
  readonly comment: string | undefined;
}

/** Called on the event loop of the proxy: does next to nothing. */
export interface LegWatcher {
  readonly conversation: (record: ConversationRecord) => void;
  readonly secret: (line: string) => void;
}

/** The other end of `port` is the writer thread: batches go there, `FromWriterFeed` comes back. */
export interface SessionFeed {
  readonly port: MessagePort;
  readonly counters: SharedArrayBuffer;
}

export interface OpenSessionOptions {
  readonly path: string;
  /** `create` fails if the file exists; `open` if it does not; `create-or-open` takes either; `read` never writes (command line on a saved file). */
  readonly mode: 'create' | 'open' | 'create-or-open' | 'read';
  /** Views of this session are numbered from behind here on; 0 if left out. */
  readonly firstViewId?: number;
  /** To read: the capture in which an import with `leavesPackets` left its packets. */
  readonly capture?: LeftIn | undefined;
}
