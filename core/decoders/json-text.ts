import { jsonKinds, noKey, stringEnd, type JsonTable } from './json-scan.ts';
import { decodeUtf8 } from './utf8.ts';

/** Laid out text ends at this many characters. */
const prettyCharsMax = 67_108_864;

/** The value at `index` indented by two spaces, every key, string and number as it was sent. */
export function prettyJson(table: JsonTable, index: number): string {
  const base = table.depths[index] ?? 0;
  const parts: string[] = [];
  const closing: { readonly at: number; readonly bracket: string; readonly depth: number }[] = [];
  let chars = 0;
  const put = (text: string): void => {
    parts.push(text);
    chars += text.length;
  };
  const closeUpTo = (at: number): void => {
    for (let last = closing.at(-1); last !== undefined && last.at <= at; last = closing.at(-1)) {
      closing.pop();
      put(`\n${'  '.repeat(last.depth)}${last.bracket}`);
    }
  };
  const end = table.next[index] ?? 0;
  for (let at = index; at < end && chars < prettyCharsMax; at += 1) {
    closeUpTo(at);
    const depth = (table.depths[at] ?? 0) - base;
    const first = at === index || (table.depths[at - 1] ?? 0) < (table.depths[at] ?? 0);
    if (at !== index) put(`${first ? '' : ','}\n${'  '.repeat(depth)}`);
    const key = jsonKey(table, at);
    if (key !== null) put(`${key}: `);
    const kind = table.kinds[at];
    if (kind === jsonKinds.object || kind === jsonKinds.array) {
      const [opening, bracket] = kind === jsonKinds.object ? ['{', '}'] : ['[', ']'];
      if (table.members[at] === 0) put(`${opening}${bracket}`);
      else {
        put(opening);
        closing.push({ at: table.next[at] ?? 0, bracket, depth });
      }
    } else put(jsonSource(table, at));
  }
  closeUpTo(end);
  return parts.join('');
}

/** All values of the table, one below the other. */
export function prettyJsonValues(table: JsonTable): string {
  const parts: string[] = [];
  for (let at = 0; at < table.count; at = table.next[at] ?? table.count) parts.push(prettyJson(table, at));
  return parts.join('\n');
}

/** The key with its quotes, as it was sent. */
export function jsonKey(table: JsonTable, index: number, charsMax = Infinity): string | null {
  const from = table.keys[index] ?? noKey;
  if (from === noKey) return null;
  return decodeUtf8(table.bytes, from, Math.min(stringEnd(table.bytes, from), from + charsMax));
}

/** The value as it was sent. */
export function jsonSource(table: JsonTable, index: number, bytesMax = Infinity): string {
  const from = table.from[index] ?? 0;
  return decodeUtf8(table.bytes, from, Math.min(table.to[index] ?? 0, from + bytesMax));
}

/** What a JSON string says: escapes undone. As it is where it is no valid string. */
export function unescapeJson(source: string): string {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'string' ? value : source;
  } catch {
    return source;
  }
}

/** The member called `name` of the object at `index`, the last one where the key repeats; -1 for none. */
export function jsonMember(table: JsonTable, index: number, name: string): number {
  let found = -1;
  if (table.kinds[index] !== jsonKinds.object) return found;
  const end = table.next[index] ?? 0;
  for (let at = index + 1; at < end; at = table.next[at] ?? end) {
    if (unescapeJson(jsonKey(table, at, 1024) ?? '') === name) found = at;
  }
  return found;
}

/** Text of a string member; the source of any other; null when it is missing. */
export function jsonMemberText(table: JsonTable, index: number, name: string): string | null {
  const at = jsonMember(table, index, name);
  if (at === -1) return null;
  return table.kinds[at] === jsonKinds.string ? unescapeJson(jsonSource(table, at)) : jsonSource(table, at);
}

/** Where a value stands, as JSONPath (RFC 9535): `$.items[3]['a b']`. */
export function jsonPath(table: JsonTable, index: number): string {
  const steps: string[] = [];
  for (let at = index; (table.depths[at] ?? 0) > 0;) {
    const parent = parentOf(table, at);
    const key = jsonKey(table, at);
    steps.push(key === null ? `[${positionIn(table, parent, at)}]` : keyStep(unescapeJson(key)));
    at = parent;
  }
  return `$${steps.reverse().join('')}`;
}

export function parentOf(table: { readonly depths: Uint16Array }, index: number): number {
  const depth = table.depths[index] ?? 0;
  let at = index - 1;
  while (at >= 0 && (table.depths[at] ?? 0) >= depth) at -= 1;
  return at;
}

/** How many elder siblings the value has. */
export function positionIn(table: { readonly next: Uint32Array }, parent: number, index: number): number {
  let position = 0;
  for (let at = parent + 1; at < index; at = table.next[at] ?? index) position += 1;
  return position;
}

function keyStep(key: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `.${key}`;
  return `['${key.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}']`;
}
