/** A display filter as it was written; `at` and `end` are offsets into its text. */
export interface Place {
  readonly at: number;
  readonly end: number;
}

export type Quantifier = 'any' | 'all';

export const comparisons = ['==', '!=', '===', '!==', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

export type FilterTest =
  | { readonly kind: 'and' | 'or' | 'xor'; readonly left: FilterTest; readonly right: FilterTest }
  | { readonly kind: 'not'; readonly test: FilterTest }
  | FilterLeaf;

/** A test without others in it. */
export type FilterLeaf = Place &
  /** An operand alone: a field that is there, a sum that is not zero. */
  (
    | { readonly kind: 'exists'; readonly operand: Operand }
    | {
        readonly kind: 'compare';
        readonly comparison: Comparison;
        readonly quantifier: Quantifier | null;
        readonly left: Operand;
        readonly right: Operand;
      }
    | {
        readonly kind: 'contains' | 'matches';
        readonly quantifier: Quantifier | null;
        readonly left: Operand;
        readonly right: Operand;
      }
    | {
        readonly kind: 'in' | 'not in';
        readonly quantifier: Quantifier | null;
        readonly operand: Operand;
        /** From and to, both included; the same twice for a single value. */
        readonly set: readonly (readonly [from: Operand, to: Operand])[];
      }
  );

export type Operand = Place &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    /** A character in single quotes, as its code. */
    | { readonly kind: 'char'; readonly code: number }
    | {
        readonly kind: 'arithmetic';
        readonly operator: '&' | '+' | '-' | '*' | '/' | '%';
        readonly left: Operand;
        readonly right: Operand;
      }
    | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }
    /** `field[0:4]`; the ranges as they were written. */
    | { readonly kind: 'slice'; readonly operand: Operand; readonly ranges: string }
    /** `@field` (its bytes), `field#1` (of one layer), `${field}` (of the selected packet). */
    | { readonly kind: 'special'; readonly text: string }
  );

/** What is wrong, in one sentence, and where. */
export interface FilterFault extends Place {
  readonly message: string;
}
