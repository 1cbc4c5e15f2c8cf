/** A stretch of the source text: numbers and strings stay exactly as they were sent. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** `empty`: `[]` or `{}`. */
export type JsonKind = 'string' | 'number' | 'word' | 'empty' | 'open' | 'close';

export interface JsonRow {
  readonly depth: number;
  readonly key: Span | null;
  readonly kind: JsonKind;
  readonly value: Span;
  /** A comma follows in the source. */
  readonly comma: boolean;
  /** For `open`: the row that closes it, null when the text ends first. */
  readonly closedBy: number | null;
  /** For `open`: members or elements, counted in the text there is. */
  readonly members: number;
}

export interface JsonRows {
  readonly rows: readonly JsonRow[];
  /** The text ended, or stopped being JSON, before the value was complete. */
  readonly complete: boolean;
}

/** Deeper nesting than this is not laid out; the viewer shows the text instead. */
const depthMax = 200;

const token = /[ \t\r\n]*(?:("(?:[^"\\\n]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\]:,]))/y;

const plain = { key: null, comma: false, closedBy: null, members: 0 } as const;

type Draft = { -readonly [K in keyof JsonRow]: JsonRow[K] };

/**
 * Lays JSON out as rows without parsing values, so that a truncated document can be read too. Null when the text
 * does not begin as an object or array.
 */
export function jsonRows(text: string): JsonRows | null {
  const rows: Draft[] = [];
  const open: { row: number; close: '}' | ']' }[] = [];
  let key: Span | null = null;
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) return end(false);
    at = token.lastIndex;
    const [, string, number, word, mark] = match;
    const span = { from: at - (string ?? number ?? word ?? mark ?? '').length, to: at };
    const inside = open.at(-1);
    if (rows.length === 0 && mark !== '{' && mark !== '[') return null;

    if (mark === '{' || mark === '[') {
      if (open.length >= depthMax) return null;
      add('open', span);
      open.push({ row: rows.length - 1, close: mark === '{' ? '}' : ']' });
    } else if (mark === '}' || mark === ']') {
      if (inside?.close !== mark) return end(false);
      open.pop();
      const opener = rows[inside.row];
      if (opener !== undefined && inside.row === rows.length - 1) {
        opener.kind = 'empty';
        opener.value = { from: opener.value.from, to: at };
      } else {
        if (opener !== undefined) opener.closedBy = rows.length;
        rows.push({ ...plain, depth: open.length, kind: 'close', value: span });
      }
      if (open.length === 0) return end(/^\s*$/.test(text.slice(at, at + 1024)));
    } else if (mark === ',') {
      const last = rows.at(-1);
      if (last === undefined || last.kind === 'open') return end(false);
      last.comma = true;
    } else if (mark === ':') {
      if (key === null) return end(false);
    } else if (string !== undefined && inside?.close === '}' && key === null) {
      key = span;
    } else {
      add(string !== undefined ? 'string' : number !== undefined ? 'number' : 'word', span);
    }
  }

  function add(kind: JsonKind, value: Span): void {
    const parent = rows[open.at(-1)?.row ?? -1];
    if (parent !== undefined) parent.members += 1;
    rows.push({ ...plain, depth: open.length, key, kind, value });
    key = null;
  }

  function end(complete: boolean): JsonRows | null {
    return rows.length === 0 ? null : { rows, complete };
  }
}

/** Indexes of the rows that are seen while the rows in `folded` show only their first line. */
export function unfoldedRows(rows: readonly JsonRow[], folded: ReadonlySet<number>): number[] {
  const seen: number[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    seen.push(index);
    const row = rows[index];
    if (row?.kind === 'open' && folded.has(index)) index = row.closedBy ?? rows.length;
  }
  return seen;
}
