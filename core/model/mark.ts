import type { MarkColor } from '../filter/node.ts';

/** What a person put on an exchange. */
export interface Mark {
  readonly color: MarkColor | null;
  /** Empty where there is none. */
  readonly comment: string;
  readonly pinned: boolean;
}

/** Longest comment that is kept, characters. */
export const commentCharsMax = 4096;
