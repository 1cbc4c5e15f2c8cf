/** Why a text is no filter. `message` is one plain sentence; `from` … `to` is what to underline (offsets in the text). */
export interface FilterProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

export function isProblem(value: object): value is FilterProblem {
  return 'message' in value;
}

/** Part of a text, by offsets. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

export function problemAt(range: TextRange, message: string): FilterProblem {
  return { message, from: range.from, to: range.to };
}
