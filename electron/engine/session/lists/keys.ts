/** What a list is sorted by. */
export interface SortKeys {
  /** A number for each of the ascending ids that sorts as its value does; NaN where there is none. */
  readonly initial: (ids: Float64Array) => Float64Array;
  /** By value alone; neither is without one. */
  readonly compare: (a: number, b: number) => number;
  readonly hasValue: (id: number) => boolean;
  /**
   * For values that `initial` tells only in part: numbers for ids that were equal so far, and how far they go; null
   * when they are equal altogether.
   */
  readonly refine:
    ((ids: Float64Array, depth: number) => { keys: Float64Array; depth: number } | null) | null;
  /** How far `initial` goes; ids that are equal in it are refined from there. */
  readonly initialDepth: () => number;
  /** The value is there from the beginning and stays: open exchanges have their place, too. */
  readonly isFixed: boolean;
  /** A person changes it: after any change of marks everything is sorted again. */
  readonly isMark: boolean;
}
