import { asciiLower, compileTextMatch } from '../../../../core/filter/match-text.ts';
import type { TextMatch } from '../../../../core/filter/node.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockRows } from '../columns/fields.ts';
import type { LongTextColumn } from '../columns/packed-column.ts';
import { createByteSearch, hasBytesAt } from './byte-search.ts';

const asterisk = 42;
/** Origins one search keeps its judgements of; beyond, it begins anew. */
const originsKeptMax = 50_000;

/** Sets the slots of a block that match to 1. */
export type Marker = (block: number, into: Uint8Array) => void;

/** Where a URL is looked at: `path-and-url` finds what either of the two finds. */
type Place = 'path' | 'url' | 'path-and-url';

/**
 * Looks in the path, or in the whole URL, of all exchanges of a block. A text that is contained is searched for in the
 * joined paths at once, and in each different origin once. With `url`, it decides about every slot by itself.
 */
export function createPathScan(store: ColumnStore, match: TextMatch, what: Place): Marker {
  if (match.how !== 'contains' || match.text === '') return eachText(store, match, what);
  const wanted = Buffer.from(match.text, 'utf8');
  const search = createByteSearch(wanted);
  // Of ASCII texts the bytes say everything. Others are judged as the text they are.
  const holds = wanted.length === match.text.length ? null : compileTextMatch(match);
  const markUrls = what === 'path' ? null : createUrlMarker(store, match, what);
  return (block, into) => {
    const paths = store.paths(block);
    const { bytes, ends } = paths;
    let slot = 0;
    for (let at = search(bytes, 0); at !== -1;) {
      while ((ends[slot] as number) <= at) slot++;
      const end = ends[slot] as number;
      if (at + wanted.length > end) {
        at = search(bytes, at + 1);
        continue;
      }
      const isNoPath = what === 'url' && isAsterisk(paths, slot);
      if (!isNoPath && (holds === null || holds(pathAt(paths, slot)))) into[slot] = 1;
      at = search(bytes, end);
    }
    markUrls?.(block, into);
  };
}

interface Origin {
  /** Whether its URLs go on with the path. */
  readonly hasPath: boolean;
  readonly isInside: boolean;
  /** What paths have to begin with for the text to be found across their beginning. */
  readonly starts: readonly Uint8Array[];
  readonly forms: readonly string[];
}

/** What is found before the path, or across its beginning. */
function createUrlMarker(store: ColumnStore, match: TextMatch, what: Place): Marker {
  const holds = compileTextMatch(match);
  const lower = asciiLower(match.text);
  const isPlain = Buffer.byteLength(lower) === lower.length;
  const judge = rememberOrigins((scheme, host, port): Origin => {
    const forms = originsOf(scheme, host, port);
    const hasPath = isWeb(scheme);
    const endings = forms.map(asciiLower);
    const starts: Uint8Array[] = [];
    // `shop.test/cart` is found where the origin ends with some of it, and the path begins with the rest.
    for (let at = 1; hasPath && at < lower.length; at++) {
      const before = lower.slice(0, at);
      if (endings.some((ending) => ending.endsWith(before))) starts.push(Buffer.from(lower.slice(at)));
    }
    return { hasPath, isInside: forms.some(holds), starts, forms };
  });
  return (block, into) => {
    const paths = store.paths(block);
    forEachOrigin(store, block, judge, (slot, { hasPath, isInside, starts, forms }) => {
      if (isInside) into[slot] = 1;
      else if (!hasPath) {
        if (what === 'url') into[slot] = 0;
      } else if (into[slot] === 0 && starts.length > 0 && !isAsterisk(paths, slot)) {
        const from = start(paths, slot);
        const to = paths.ends[slot] as number;
        if (!starts.some((each) => hasBytesAt(paths.bytes, from, to, each))) return;
        if (isPlain || forms.some((form) => holds(form + pathAt(paths, slot)))) into[slot] = 1;
      }
    });
  };
}

type OfOrigin<T> = (scheme: string, host: string, port: number) => T;

/** Asks once for each origin: many exchanges, in many blocks, have the same. */
function rememberOrigins<T>(judge: OfOrigin<T>): OfOrigin<T> {
  const known = new Map<string, Map<string, Map<number, T>>>();
  let count = 0;
  return (scheme, host, port) => {
    const ports = known.get(scheme)?.get(host);
    const found = ports?.get(port);
    if (found !== undefined) return found;
    const judged = judge(scheme, host, port);
    if (count >= originsKeptMax) {
      known.clear();
      count = 0;
    }
    count += 1;
    const hosts = known.get(scheme) ?? new Map<string, Map<number, T>>();
    known.set(scheme, hosts);
    hosts.set(host, (hosts.get(host) ?? new Map<number, T>()).set(port, judged));
    return judged;
  };
}

/** As `exchangeUrl` shows it, and with the port that goes without saying. */
function originsOf(scheme: string, host: string, port: number): string[] {
  const shown = exchangeUrl({ scheme, host, port, path: '' });
  if (scheme !== 'http' && scheme !== 'https') return [shown];
  const full = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return full === shown ? [shown] : [shown, full];
}

function isWeb(scheme: string): boolean {
  return scheme === 'http' || scheme === 'https';
}

/** What a URL ends with: nothing for a tunnel, and for `OPTIONS *`. */
function urlEnd(scheme: string, path: string): string {
  return path === '*' || !isWeb(scheme) ? '' : path;
}

function eachText(store: ColumnStore, match: TextMatch, what: Place): Marker {
  const holds = compileTextMatch(match);
  const forms = rememberOrigins((scheme, host, port) => ({ scheme, forms: originsOf(scheme, host, port) }));
  return (block, into) => {
    const paths = store.paths(block);
    if (what !== 'url') {
      for (let slot = 0; slot < blockRows; slot++) if (holds(pathAt(paths, slot))) into[slot] = 1;
    }
    if (what === 'path') return;
    forEachOrigin(store, block, forms, (slot, origin) => {
      if (into[slot] === 1) return;
      const end = urlEnd(origin.scheme, pathAt(paths, slot));
      if (origin.forms.some((form) => holds(form + end))) into[slot] = 1;
    });
  };
}

/** Visits the exchanges of a block with what is to be known of their origins. */
function forEachOrigin<T>(
  store: ColumnStore,
  block: number,
  of: OfOrigin<T>,
  visit: (slot: number, origin: T) => void,
): void {
  const schemes = store.texts(block, 'scheme');
  const hosts = store.texts(block, 'host');
  const present = store.present(block);
  const ports = store.numbers(block, 'port');
  /** By the code of the host: what the last exchange with it had. */
  const lastScheme = new Int32Array(hosts.texts.length + 1).fill(-1);
  const lastPort = new Float64Array(hosts.texts.length + 1);
  const lastOrigin = new Array<T | undefined>(hosts.texts.length + 1).fill(undefined);
  for (let slot = 0; slot < blockRows; slot++) {
    if (present[slot] === 0) continue;
    const scheme = schemes.codes[slot] as number;
    const host = hosts.codes[slot] as number;
    const port = ports[slot] as number;
    if (lastScheme[host] !== scheme || lastPort[host] !== port) {
      lastScheme[host] = scheme;
      lastPort[host] = port;
      lastOrigin[host] = of(schemes.texts[scheme - 1] ?? '', hosts.texts[host - 1] ?? '', port);
    }
    visit(slot, lastOrigin[host] as T);
  }
}

export function pathAt(column: LongTextColumn, slot: number): string {
  return asBuffer(column.bytes).toString('utf8', start(column, slot), column.ends[slot]);
}

function start({ ends }: LongTextColumn, slot: number): number {
  return slot === 0 ? 0 : (ends[slot - 1] as number);
}

function isAsterisk({ bytes, ends }: LongTextColumn, slot: number): boolean {
  const from = slot === 0 ? 0 : (ends[slot - 1] as number);
  return (ends[slot] as number) - from === 1 && bytes[from] === asterisk;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
