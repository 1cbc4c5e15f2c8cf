import type { MessagePort } from 'node:worker_threads';
import type { BodySide } from '../../../core/model/exchange-record.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import type { ExchangeFilter } from '../../../core/contract/exchanges.ts';
import type { Session } from './session-api.ts';

/** `workerData` of the reader thread. */
export interface ReaderStart {
  readonly path: string;
  /** Ids of committed exchanges from the writer thread; null for a saved file that nobody writes. */
  readonly changes: MessagePort | null;
}

/** What the reader is asked; answers are those of `Session`. */
export interface ReaderParams {
  readonly openView: { readonly filter: ExchangeFilter };
  readonly closeView: { readonly viewId: number };
  readonly rows: { readonly viewId: number; readonly from: number; readonly limit: number };
  readonly position: { readonly viewId: number; readonly id: number };
  readonly get: { readonly id: number };
  readonly readBody: {
    readonly exchangeId: number;
    readonly side: BodySide;
    readonly decoded: boolean;
    readonly from: number;
    readonly limit: number;
  };
  readonly exportPage: { readonly afterId: number; readonly limit: number };
}

export type ReaderMethod = keyof ReaderParams;

export type ReaderAnswer<M extends ReaderMethod> = Awaited<ReturnType<Session[M]>>;

export type ReaderHandlers = {
  readonly [M in ReaderMethod]: (params: ReaderParams[M]) => ReaderAnswer<M> | Promise<ReaderAnswer<M>>;
};

export type ToReader =
  | { readonly kind: 'call'; readonly id: number; readonly method: ReaderMethod; readonly params: unknown }
  | { readonly kind: 'close' };

export interface ViewChange {
  readonly viewId: number;
  readonly count: number;
  readonly changed: number[] | null;
}

export type FromReader =
  | { readonly kind: 'opened'; readonly exchangeCount: number; readonly notice: string | null }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Result<unknown> }
  | { readonly kind: 'view-changed'; readonly change: ViewChange };
