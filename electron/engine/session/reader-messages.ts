import type { MessagePort } from 'node:worker_threads';
import type { BodySide } from '../../../core/model/exchange-record.ts';
import type { Failure, Result } from '../../../core/model/result.ts';
import type { GroupField, GroupOrder, MeasuredField } from '../../../core/contract/exchanges.ts';
import type { MessageFilter } from '../../../core/contract/messages.ts';
import type { Sort } from '../../../core/model/list-columns.ts';
import type { NamedPlace, TextColumn, ViewChange } from './answers.ts';
import type { SessionQuestions } from './session-api.ts';
import type { LeftIn } from './left-bytes.ts';

/** `workerData` of the reader thread. */
export interface ReaderStart {
  readonly path: string;
  /** As for `createSlabs`. */
  readonly capture: LeftIn | null;
  /** Ids of committed exchanges from the writer thread; null for a saved file that nobody writes. */
  readonly changes: MessagePort | null;
  /** Numbers of views begin behind this one, so that those of several sessions differ. */
  readonly firstViewId: number;
}

/** What the reader is asked; answers are those of `Session`. */
export interface ReaderParams {
  readonly openView: { readonly filter: string; readonly sort: Sort };
  readonly closeView: { readonly viewId: number };
  readonly stopView: { readonly viewId: number; readonly stopped: boolean };
  readonly rows: {
    readonly viewId: number;
    readonly from: number;
    readonly limit: number;
    readonly headers: readonly string[];
  };
  readonly ids: { readonly viewId: number; readonly from: number; readonly limit: number };
  readonly position: { readonly viewId: number; readonly id: number };
  readonly get: { readonly id: number };
  readonly summary: { readonly viewId: number; readonly ids: readonly number[] | null };
  readonly timeline: {
    readonly viewId: number;
    readonly buckets: number;
    readonly fromUs: number | null;
    readonly toUs: number | null;
  };
  readonly distribution: { readonly viewId: number; readonly field: MeasuredField; readonly buckets: number };
  readonly groups: {
    readonly viewId: number;
    readonly by: GroupField;
    readonly order: GroupOrder;
    readonly limit: number;
  };
  readonly branches: {
    readonly filter: string;
    readonly by: 'host' | 'app';
    readonly under: readonly string[];
  };
  readonly values: { readonly field: TextColumn; readonly limit: number };
  readonly headerNames: { readonly limit: number };
  readonly selectedRuns: { readonly viewId: number; readonly ids: readonly number[] | null };
  readonly readBody: {
    readonly exchangeId: number;
    readonly side: BodySide;
    readonly decoded: boolean;
    readonly from: number;
    readonly limit: number;
  };
  readonly sharing: { readonly id: number };
  readonly listMessages: {
    readonly exchangeId: number;
    readonly from: number;
    readonly limit: number;
    readonly filter: MessageFilter | null;
  };
  readonly namedMessage: {
    readonly exchangeId: number;
    readonly at: NamedPlace;
    readonly paths: readonly string[];
  };
  readonly checkProtos: { readonly paths: readonly string[] };
  readonly readMessage: {
    readonly exchangeId: number;
    readonly index: number;
    readonly decoded: boolean;
    readonly from: number;
    readonly limit: number;
  };
  /** Marks or removals of these exchanges were committed; null for any. */
  readonly noteMarked: { readonly ids: readonly number[] | null };
  readonly exportPage: { readonly afterId: number; readonly limit: number };
  readonly exportThese: { readonly ids: readonly number[] };
  readonly secrets: { readonly conversationIds: readonly number[] };
}

export type ReaderMethod = keyof ReaderParams;

export type ReaderAnswer<M extends ReaderMethod> = Awaited<ReturnType<(SessionQuestions & ReaderNotes)[M]>>;

/** What the reader is told, and answers when it has taken it in. */
interface ReaderNotes {
  readonly noteMarked: (ids: readonly number[] | null) => Promise<Result<Record<string, never>>>;
}

export type ReaderHandlers = {
  readonly [M in ReaderMethod]: (params: ReaderParams[M]) => ReaderAnswer<M> | Promise<ReaderAnswer<M>>;
};

export type ToReader =
  | { readonly kind: 'call'; readonly id: number; readonly method: ReaderMethod; readonly params: unknown }
  | { readonly kind: 'close' };

export type FromReader =
  | { readonly kind: 'opened'; readonly exchangeCount: number; readonly notice: string | null }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Result<unknown> }
  | { readonly kind: 'view-changed'; readonly change: ViewChange };
