import { regexMax } from './filter-limits.ts';

/** Repeats of anything at all that one pattern may hold: each multiplies the time of a search by the text's length. */
const wideRepeatsMax = 3;
const countMax = 1000;
/** A group that holds a repeat may itself repeat this often. */
const groupRepeatsMax = 8;

interface Group {
  hasRepeat: boolean;
  /** First characters of the branches; null for a branch that may begin with several. */
  readonly firsts: (string | null)[];
  isBranchStart: boolean;
  /** The most that a counted repeat in it multiplies. */
  product: number;
  /** Repeats of anything in it, each time that it is repeated itself. */
  wideRepeats: number;
}

interface Repeat {
  readonly max: number;
  readonly length: number;
}

/**
 * Why this is not a regular expression that is safe to run over a captured text, in one sentence; null when it is.
 * Refused: invalid ones, and those whose time can grow exponentially (a repeat inside a repeat, overlapping branches in a
 * repeat) or steeply (more than three repeats of anything). Linear in the pattern. It is strict: some harmless patterns
 * with a repeat inside a repeat are refused as well.
 */
export function regexProblem(pattern: string): string | null {
  if (pattern.length > regexMax)
    return `A regular expression has at most ${regexMax} characters. Shorten it.`;
  try {
    new RegExp(pattern, 'i').test('');
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : '';
    return `This regular expression is not valid${reason === '' ? '' : `: ${reason.toLowerCase()}`}.`;
  }
  return slowness(pattern);
}

function slowness(pattern: string): string | null {
  const groups: Group[] = [newGroup()];
  for (let at = 0; at < pattern.length;) {
    const group = groups.at(-1) ?? newGroup();
    const char = pattern.charAt(at);
    if (char === '|') {
      if (group.isBranchStart) begin(group, null);
      group.isBranchStart = true;
      at++;
      continue;
    }
    if (char === '(') {
      if (group.isBranchStart) begin(group, null);
      groups.push(newGroup());
      at += groupHeadLength(pattern, at);
      continue;
    }
    const closed = char === ')' && groups.length > 1 ? groups.pop() : undefined;
    const into = groups.at(-1) ?? group;
    const to = closed === undefined ? atomEnd(pattern, at) : at + 1;
    const isWide = closed === undefined && isWideAtom(pattern.slice(at, to));
    if (into.isBranchStart && closed === undefined)
      begin(into, isWide || to - at > 1 ? null : char.toLowerCase());
    const repeat = repeatAt(pattern, to);
    const inner = closed?.product ?? 1;
    if (repeat !== null) {
      if (closed !== undefined && repeat.max > groupRepeatsMax) {
        if (closed.hasRepeat)
          return 'A repeat inside a repeat, as in (a+)+, could take for ever. Write it without the inner or the outer one.';
        if (overlaps(closed))
          return 'Alternatives in a repeat that can begin alike, as in (a|a)*, could take for ever. Write them as one, such as [ab]*.';
      }
    }
    const times = repeat === null ? 1 : repeat.max;
    into.wideRepeats +=
      isWide && times === Infinity ? 1 : (closed?.wideRepeats ?? 0) * Math.min(times, countMax);
    if (into.wideRepeats > wideRepeatsMax) {
      return `More than ${wideRepeatsMax} repeats of anything, as in .*, could take for ever. Use fewer.`;
    }
    const product = inner * (repeat === null || repeat.max === Infinity ? 1 : Math.max(repeat.max, 1));
    if (product > countMax)
      return `A regular expression repeats something at most ${countMax.toLocaleString('en')} times. Use * or +.`;
    into.product = Math.max(into.product, product);
    into.hasRepeat ||= repeat !== null || (closed?.hasRepeat ?? false);
    at = to + (repeat?.length ?? 0);
  }
  return null;
}

function newGroup(): Group {
  return { hasRepeat: false, firsts: [], isBranchStart: true, product: 1, wideRepeats: 0 };
}

function begin(group: Group, first: string | null): void {
  group.firsts.push(first);
  group.isBranchStart = false;
}

/** A group of one branch overlaps nothing. A branch that ended empty counts as one that may begin with anything. */
function overlaps({ firsts, isBranchStart }: Group): boolean {
  if (firsts.length + (isBranchStart ? 1 : 0) < 2) return false;
  return isBranchStart || firsts.includes(null) || new Set(firsts).size < firsts.length;
}

/** `(`, `(?:`, `(?=`, `(?!`, `(?<=`, `(?<!`, `(?<name>`. */
function groupHeadLength(pattern: string, at: number): number {
  if (pattern.charAt(at + 1) !== '?') return 1;
  if (pattern.charAt(at + 2) !== '<') return 3;
  if (/[=!]/.test(pattern.charAt(at + 3))) return 4;
  return pattern.indexOf('>', at) - at + 1;
}

function atomEnd(pattern: string, at: number): number {
  const char = pattern.charAt(at);
  if (char === '\\') return Math.min(at + 2, pattern.length);
  if (char !== '[') return at + 1;
  let end = at + 1;
  while (end < pattern.length && pattern.charAt(end) !== ']') end += pattern.charAt(end) === '\\' ? 2 : 1;
  return Math.min(end + 1, pattern.length);
}

/** `.`, a negated or big class, `\w` and its like, a back reference. */
function isWideAtom(atom: string): boolean {
  return atom === '.' || /^\\[wWDS\d]$/.test(atom) || /^\[(?:\^|[^]*\\[wWDSsd])/.test(atom);
}

function repeatAt(pattern: string, at: number): Repeat | null {
  const char = pattern.charAt(at);
  const lazy = (length: number) => (pattern.charAt(at + length) === '?' ? length + 1 : length);
  if (char === '*' || char === '+') return { max: Infinity, length: lazy(1) };
  if (char === '?') return { max: 1, length: lazy(1) };
  if (char !== '{') return null;
  const counted = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 40));
  if (counted === null) return null;
  const [all, least = '', comma, most = ''] = counted;
  const max = comma === '' ? Number(least) : most === '' ? Infinity : Number(most);
  return { max, length: lazy(all.length) };
}
