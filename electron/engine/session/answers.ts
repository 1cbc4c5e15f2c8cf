import type { Percentiles, ViewProgress } from '../../../core/contract/exchanges.ts';
import type { MarkColor } from '../../../core/filter/node.ts';
import type { ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';

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

/** Columns of which the most frequent values can be asked. */
export type TextColumn = 'method' | 'scheme' | 'host' | 'type' | 'protocol' | 'app' | 'error';

/** What is left out stays as it is. */
export interface MarkChange {
  readonly color?: MarkColor | null | undefined;
  readonly comment?: string | undefined;
  readonly pinned?: boolean | undefined;
}
