/** What a setting can be found by. */
export interface Findable {
  readonly label: string;
  readonly meaning: string;
  /** Its section, its name in the file, what it is set to. */
  readonly values: readonly string[];
}

/** The words of a query, lower case. */
export function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether every word occurs somewhere; no words find everything. */
export function isFound({ label, meaning, values }: Findable, words: readonly string[]): boolean {
  const text = [label, meaning, ...values].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** `text` cut where a word begins or ends, the parts one after another being the whole. Hits do not overlap. */
export function markedParts(text: string, words: readonly string[]): readonly Part[] {
  const lower = text.toLowerCase();
  // Lower case may be longer in some scripts: places would not fit.
  if (words.length === 0 || lower.length !== text.length) return [{ text, hit: false }];
  const parts: Part[] = [];
  let plainFrom = 0;
  for (let at = 0; at < text.length;) {
    const word = words.find((each) => lower.startsWith(each, at));
    if (word === undefined) {
      at += 1;
      continue;
    }
    if (at > plainFrom) parts.push({ text: text.slice(plainFrom, at), hit: false });
    parts.push({ text: text.slice(at, at + word.length), hit: true });
    at += word.length;
    plainFrom = at;
  }
  if (plainFrom < text.length || parts.length === 0) parts.push({ text: text.slice(plainFrom), hit: false });
  return parts;
}
