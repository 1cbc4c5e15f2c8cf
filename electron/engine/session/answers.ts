import type { ExchangeGroup, Percentiles, ViewProgress } from '../../../core/contract/exchanges.ts';
import type { MessageContent, MessageFilter, MessageRow } from '../../../core/contract/messages.ts';
import type { MarkColor } from '../../../core/filter/node.ts';
import type { BodySide, ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import type { Result } from '../../../core/model/result.ts';

export interface ExchangeWithLegs {
  readonly exchange: ExchangeRecord;
  readonly clientLeg: ConversationRecord | null;
  readonly serverLeg: ConversationRecord | null;
}

export interface BodyPage {
  readonly bytes: Uint8Array;
  readonly totalBytes: number | null;
  readonly done: boolean;
  readonly codings: readonly string[];
  readonly decodeError: string | null;
  readonly contentType: string | null;
}

export interface OpenedView {
  readonly viewId: number;
  readonly count: number;
  readonly progress: ViewProgress;
}

export interface ViewChange {
  readonly viewId: number;
  readonly count: number;
  readonly changed: number[] | null;
  readonly progress: ViewProgress;
}

export interface Timeline {
  readonly fromUs: number;
  readonly toUs: number;
  readonly total: number[];
  readonly problems: number[];
}

export interface Distribution {
  readonly count: number;
  readonly percentiles: Percentiles | null;
  readonly buckets: { from: number; to: number; count: number }[];
}

export interface Groups {
  readonly groups: ExchangeGroup[];
  readonly count: number;
  readonly totalUs: number;
  readonly more: number;
}

/** Columns of which the most frequent values can be asked. */
export type TextColumn = 'method' | 'scheme' | 'host' | 'type' | 'protocol' | 'app' | 'statement' | 'error';

/** What is left out stays as it is. */
export interface MarkChange {
  readonly color?: MarkColor | null | undefined;
  readonly comment?: string | undefined;
  readonly pinned?: boolean | undefined;
}

/** Exchanges on one connection to the server, those nearest to one of them, in the order they began. */
export interface Sharing {
  readonly exchanges: ExchangeRecord[];
  readonly count: number;
}

export interface MessageList {
  readonly rows: MessageRow[];
  readonly count: number;
  readonly looked: number;
  readonly total: number;
  readonly close: { readonly side: BodySide; readonly code: number } | null;
}

/** Which message is wanted with names: by its index, or the only one of a side. */
export type NamedPlace = { readonly index: number } | { readonly only: BodySide };

export interface NamedMessageAnswer {
  readonly type: string | null;
  readonly json: string;
  readonly problem: string | null;
}

export interface ProtoProblem {
  readonly path: string;
  readonly message: string;
}

/** What was found in the `.proto` files of the settings. */
export interface ProtoCheck {
  readonly files: number;
  readonly services: number;
  readonly problems: ProtoProblem[];
}

/** What is asked about messages inside exchanges (core/contract/messages.ts). */
export interface MessageQuestions {
  readonly listMessages: (
    exchangeId: number,
    from: number,
    limit: number,
    filter: MessageFilter | null,
  ) => Promise<Result<MessageList>>;
  readonly readMessage: (
    exchangeId: number,
    index: number,
    decoded: boolean,
    from: number,
    limit: number,
  ) => Promise<Result<MessageContent>>;
  /** `paths`: files and folders with `.proto` files. */
  readonly namedMessage: (
    exchangeId: number,
    at: NamedPlace,
    paths: readonly string[],
  ) => Promise<Result<NamedMessageAnswer>>;
  /** Reads the files again. */
  readonly checkProtos: (paths: readonly string[]) => Promise<Result<ProtoCheck>>;
}
