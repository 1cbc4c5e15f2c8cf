import type { ViewProgress } from '../../../../core/contract/exchanges.ts';
import type { Ids } from '../columns/fields.ts';
import type { TimelineCounts } from './timeline.ts';

/** The exchanges that match a filter, in the order asked for. */
export interface View {
  readonly length: () => number;
  readonly slice: (from: number, limit: number) => number[];
  /** -1 when it is not among them. */
  readonly indexOf: (id: number) => number;
  /** All ids, ascending; good until the next change. */
  readonly ids: () => Ids;
  /** When they began; views of the same ids share it. */
  readonly timeline: TimelineCounts;
  /** Looks at more of the table, and reads what it is sorted by, until the time (of `performance.now`) has come. Resolves when it has, or when all is seen. */
  readonly fill: (untilMs: number) => Promise<void>;
  readonly isFilled: () => boolean;
  /** Its ids are known, or no more are looked for, though their order may not be. */
  readonly isSeen: () => boolean;
  readonly has: (id: number) => boolean;
  /** Whether its filter asks for heads or bodies: filling it then takes as long as reading them. */
  readonly isSlow: boolean;
  /** What another view with the same filter can begin with; null while this one is being filled. */
  readonly found: () => FoundIds | null;
  /** Exchanges looked at and to look at; null when all are. */
  readonly progress: () => ViewProgress;
  /** Nothing more is looked at until `goOn`; what was found stays, and changes and removals still reach it. */
  readonly stop: () => void;
  readonly goOn: () => void;
  /** Takes in committed exchanges, given in any order and any number of times; the store knows them already. */
  readonly update: (changed: readonly number[]) => void;
  /** What people put on exchanges, or took out, has changed. `rows`: whose; null for any. */
  readonly marksChanged: (rows: readonly number[] | null) => void;
  /** Whether there is something to tell since the last time, and which rows: null for any. */
  readonly takeChange: () => { readonly changed: number[] | null } | null;
  /** Nobody looks any more: a look at heads or bodies ends early. */
  readonly close: () => void;
}

/** How far a view has come. */
export interface FoundIds {
  /** Ascending. */
  readonly ids: Ids;
  /** The last block of the table that was judged. */
  readonly block: number;
  readonly isFilled: boolean;
  /** Exchanges whose heads or bodies have still to be read. */
  readonly toLook: readonly number[];
  readonly isStopped: boolean;
  /** As in the view. */
  readonly removed: readonly number[];
  readonly isStale: boolean;
  /** Null when the other view may come to have other ids. */
  readonly timeline: TimelineCounts | null;
}
