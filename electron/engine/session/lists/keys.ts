import type { Ids } from '../columns/fields.ts';

/** What a list is sorted by. */
export interface SortKeys {
  /**
   * Numbers that sort as the values do of ascending ids, which are equal up to `depth` (0: nothing is known of them);
   * null when they are equal altogether.
   */
  readonly read: (ids: Ids, depth: number) => ReadKeys | null;
  /**
   * For values that take long to be read: reads those of these ascending ids, from an index on, until the time (of
   * `performance.now`) has come, and gives the index to go on from. Those not read yet count as without a value.
   */
  readonly gather: ((ids: Ids, from: number, untilMs: number) => number) | null;
  /**
   * For values that were gathered and can change though the exchange is over: these exchanges were written again, in
   * any order. Until then each keeps the value it had.
   */
  readonly renew?: (ids: readonly number[]) => void;
  /** By value alone; neither is without one. */
  readonly compare: (a: number, b: number) => number;
  readonly hasValue: (id: number) => boolean;
  /** The value is there from the beginning and stays: open exchanges have their place, too. */
  readonly isFixed: boolean;
  /** A person changes it: after any change of marks everything is sorted again. */
  readonly isMark: boolean;
}

export interface ReadKeys {
  /** One for each id, NaN where there is no value. */
  readonly keys: Float64Array;
  /** How far ids with equal keys are equal; null: altogether. At most 65,000. */
  readonly depth: number | null;
}
