/** Codes in `JsonTable.kinds`. */
export const jsonKinds = { object: 0, array: 1, string: 2, number: 3, word: 4 } as const;

/**
 * JSON as columns over its own bytes, in document order: value `i` has what it holds at `i + 1` … `next[i] - 1`.
 * Nothing is parsed: numbers, strings and repeated keys stay exactly as they were sent (RFC 8259). Several values
 * one after the other (NDJSON, RFC 7464 sequences) are several values of depth 0.
 */
export interface JsonTable {
  readonly kind: 'json';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly depths: Uint16Array<ArrayBuffer>;
  /** Where the key's quote stands, `noKey` for none. */
  readonly keys: Uint32Array<ArrayBuffer>;
  readonly from: Uint32Array<ArrayBuffer>;
  readonly to: Uint32Array<ArrayBuffer>;
  readonly next: Uint32Array<ArrayBuffer>;
  readonly members: Uint32Array<ArrayBuffer>;
  readonly notes: readonly string[];
  /** Where and why reading ended early. */
  readonly problem: string | null;
}

export const noKey = 0xffffffff;
const depthMax = 512;
const valuesMax = 3_000_000;

export interface JsonScan {
  /** Reads on for about so many bytes; true when nothing is left to read. */
  readonly step: (bytes: number) => boolean;
  readonly table: () => JsonTable;
}

/** The whole of it at once. */
export function scanJson(bytes: Uint8Array, complete: boolean): JsonTable {
  const scan = startJsonScan(bytes, complete);
  scan.step(Infinity);
  return scan.table();
}

/**
 * Reads JSON into a table of at most 3,000,000 values and 512 levels. Comments, trailing commas, a byte order mark and the
 * `)]}'` guard line are passed over and told in `notes`. `complete`: the bytes are all there are.
 */
export function startJsonScan(bytes: Uint8Array, complete: boolean): JsonScan {
  let room = 1024;
  let count = 0;
  let kinds = new Uint8Array(room);
  let depths = new Uint16Array(room);
  let keys = new Uint32Array(room);
  let from = new Uint32Array(room);
  let to = new Uint32Array(room);
  let next = new Uint32Array(room);
  let members = new Uint32Array(room);
  const open: number[] = [];
  const notes = new Set<string>();
  const end = bytes.length;
  let at = 0;
  let key = noKey;
  /** What may come: a value, a key, a colon, or a comma or end. */
  let expected: 'value' | 'key' | 'colon' | 'comma' = 'value';
  let afterComma = false;
  let problem: string | null = null;
  let done = false;

  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    at = 3;
    notes.add('It begins with a byte order mark, which many JSON readers refuse.');
  }
  if (bytes[at] === 0x29 && bytes[at + 1] === 0x5d && bytes[at + 2] === 0x7d) {
    const line = bytes.indexOf(0x0a, at);
    if (line !== -1 && line < at + 16) {
      at = line + 1;
      notes.add('A guard line against script inclusion stands in front of the JSON.');
    }
  }

  function grow(): void {
    room = Math.min(valuesMax, room * 4);
    kinds = enlarged(kinds, new Uint8Array(room));
    depths = enlarged(depths, new Uint16Array(room));
    keys = enlarged(keys, new Uint32Array(room));
    from = enlarged(from, new Uint32Array(room));
    to = enlarged(to, new Uint32Array(room));
    next = enlarged(next, new Uint32Array(room));
    members = enlarged(members, new Uint32Array(room));
  }

  function stop(why: string): void {
    problem = why;
    done = true;
  }

  function stopHere(): void {
    if (at >= end) stop(complete ? 'The JSON ends too early.' : 'The JSON goes on after what was read.');
    else stop(`At byte ${at.toLocaleString('en')} the text stops being JSON.`);
  }

  function add(kind: number, start: number, stopAt: number): void {
    if (count >= room) grow();
    const parent = open.at(-1);
    if (parent !== undefined) members[parent] = (members[parent] ?? 0) + 1;
    else if (count === 1 || (count > 1 && !notes.has(sequenceNote))) notes.add(sequenceNote);
    kinds[count] = kind;
    depths[count] = open.length;
    keys[count] = key;
    from[count] = start;
    to[count] = stopAt;
    count += 1;
    next[count - 1] = count;
    key = noKey;
    expected = 'comma';
    afterComma = false;
  }

  function close(bracket: number): void {
    const container = open.pop();
    if (
      container === undefined ||
      kinds[container] !== (bracket === 0x7d ? jsonKinds.object : jsonKinds.array)
    ) {
      if (container !== undefined) open.push(container);
      return stopHere();
    }
    if (afterComma) notes.add('Commas stand before closing brackets; strict JSON readers refuse them.');
    at += 1;
    to[container] = at;
    next[container] = count;
    expected = 'comma';
    afterComma = false;
  }

  function skipComment(): void {
    const second = bytes[at + 1];
    if (second !== 0x2f && second !== 0x2a) return stopHere();
    notes.add('It holds comments; strict JSON readers refuse them.');
    let stopAt = at + 2;
    if (second === 0x2f) stopAt = bytes.indexOf(0x0a, stopAt);
    else {
      do stopAt = bytes.indexOf(0x2f, stopAt + 1);
      while (stopAt !== -1 && bytes[stopAt - 1] !== 0x2a);
      if (stopAt !== -1) stopAt += 1;
    }
    at = stopAt === -1 ? end : stopAt;
  }

  function value(byte: number): void {
    if (count >= valuesMax) return stop(`Only the first ${valuesMax.toLocaleString('en')} values are shown.`);
    if (byte === 0x7b || byte === 0x5b) {
      if (open.length >= depthMax)
        return stop(`Nesting deeper than ${depthMax} levels is not shown as a tree.`);
      add(byte === 0x7b ? jsonKinds.object : jsonKinds.array, at, end);
      open.push(count - 1);
      expected = byte === 0x7b ? 'key' : 'value';
      at += 1;
    } else if (byte === 0x22) {
      const stopAt = stringEnd(bytes, at);
      if (stopAt === -1) return stopInString();
      add(jsonKinds.string, at, stopAt);
      at = stopAt;
    } else {
      const number = byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
      const stopAt = number ? numberEnd(bytes, at) : wordEnd(bytes, at);
      if (stopAt === at) return stopHere();
      add(number ? jsonKinds.number : jsonKinds.word, at, stopAt);
      at = stopAt;
    }
  }

  function stopInString(): void {
    stop(
      complete
        ? `The string at byte ${at.toLocaleString('en')} has no end.`
        : 'The JSON goes on after what was read.',
    );
  }

  function one(): void {
    const byte = bytes[at] ?? 0;
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1e) at += 1;
    else if (byte === 0x2f) skipComment();
    else if (expected === 'colon') {
      if (byte !== 0x3a) return stopHere();
      expected = 'value';
      at += 1;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (key !== noKey || open.length === 0) return stopHere();
      close(byte);
    } else if (expected === 'comma' && open.length > 0) {
      if (byte !== 0x2c) return stopHere();
      const container = open.at(-1) ?? 0;
      expected = kinds[container] === jsonKinds.object ? 'key' : 'value';
      afterComma = true;
      at += 1;
    } else if (expected === 'key') {
      const stopAt = byte === 0x22 ? stringEnd(bytes, at) : at;
      if (stopAt === at) return stopHere();
      if (stopAt === -1) return stopInString();
      key = at;
      at = stopAt;
      expected = 'colon';
    } else value(byte);
  }

  return {
    step: (byteCount) => {
      const until = Math.min(end, at + byteCount);
      while (!done && at < until) one();
      if (at >= end && !done) {
        done = true;
        if (open.length > 0 || count === 0 || key !== noKey) stopHere();
      }
      return done;
    },
    table: () => {
      for (const container of open) next[container] = count;
      return {
        kind: 'json',
        bytes: bytes as Uint8Array<ArrayBuffer>,
        count,
        kinds: kinds.slice(0, count),
        depths: depths.slice(0, count),
        keys: keys.slice(0, count),
        from: from.slice(0, count),
        to: to.slice(0, count),
        next: next.slice(0, count),
        members: members.slice(0, count),
        notes: [...notes],
        problem,
      };
    },
  };
}

const sequenceNote = 'Several JSON values follow one another.';

function enlarged<T extends Uint8Array | Uint16Array | Uint32Array>(before: T, after: T): T {
  after.set(before);
  return after;
}

/** Behind the closing quote of the string whose opening quote is at `at`; -1 when it does not end. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (let index = at + 1; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === 0x22) return index + 1;
    if (byte === 0x5c) index += 1;
  }
  return -1;
}

function numberEnd(bytes: Uint8Array, at: number): number {
  let index = at + 1;
  for (; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    const inside =
      (byte >= 0x30 && byte <= 0x39) ||
      byte === 0x2e ||
      byte === 0x65 ||
      byte === 0x45 ||
      byte === 0x2b ||
      byte === 0x2d;
    if (!inside) break;
  }
  return index;
}

const words = ['true', 'false', 'null', 'NaN', 'Infinity'] as const;

function wordEnd(bytes: Uint8Array, at: number): number {
  for (const word of words) {
    let index = 0;
    while (index < word.length && bytes[at + index] === word.charCodeAt(index)) index += 1;
    const following = bytes[at + word.length] ?? 0x20;
    const letter = (following | 0x20) >= 0x61 && (following | 0x20) <= 0x7a;
    if (index === word.length && !letter) return at + word.length;
  }
  return at;
}
