import type { ExchangeGroup, GroupField, GroupOrder } from '../../../../core/contract/exchanges.ts';
import type { Groups } from '../answers.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, slotOf, type Ids } from '../columns/fields.ts';
import { isOnPurpose, isProblem, percentilesOf } from './aggregates.ts';

/** Different values that are told apart; exchanges with further ones are counted, but in no group. */
const groupsMax = 100_000;
const noGroup = 0xffff_ffff;
const furtherGroup = noGroup - 1;

interface Counted {
  readonly name: string;
  count: number;
  problems: number;
  rows: number;
  totalUs: number;
  /** How many of them have a time that says something. */
  timed: number;
}

/**
 * Exchanges by the value of a text column, the greatest groups first; ids ascending. What stays open on purpose is
 * counted, but has no say in times. Exchanges without a value are in no group.
 */
export function groupsOf(
  store: ColumnStore,
  ids: Ids,
  by: GroupField,
  order: GroupOrder,
  limit: number,
): Groups {
  const groups: Counted[] = [];
  const known = new Map<string, number>();
  const groupOf = new Uint32Array(ids.length).fill(noGroup);
  const times = new Float64Array(ids.length);
  let count = 0;
  let block = -1;
  /** Group of each code of the block's column (0: no value), found at the first exchange with it. */
  let ofCode: (number | undefined)[] = [];
  let codes: Uint8Array | Uint16Array = new Uint8Array(0);
  let texts: readonly string[] = [];
  const none = new Float64Array(0);
  let [states, statuses, durations, rowCounts, natures] = [none, none, none, none, none];

  function groupAt(code: number): number {
    const name = texts[code - 1] ?? '';
    if (name === '') return noGroup;
    const found = known.get(name);
    if (found !== undefined) return found;
    if (groups.length >= groupsMax) return furtherGroup;
    known.set(name, groups.length);
    return groups.push({ name, count: 0, problems: 0, rows: 0, totalUs: 0, timed: 0 }) - 1;
  }

  ids.forEach((id, at) => {
    if (blockOf(id) !== block) {
      block = blockOf(id);
      ({ texts, codes } = store.texts(block, by));
      ofCode = [];
      states = store.numbers(block, 'state').slice();
      statuses = store.numbers(block, 'status').slice();
      durations = store.numbers(block, 'time').slice();
      rowCounts = store.numbers(block, 'rows').slice();
      natures = store.numbers(block, 'nature').slice();
    }
    const slot = slotOf(id);
    const code = codes[slot] as number;
    const group = (ofCode[code] ??= groupAt(code));
    if (group === noGroup) return;
    count++;
    const counted = groups[group];
    if (counted === undefined) return;
    counted.count++;
    if (isProblem(states[slot] as number, statuses[slot] as number)) counted.problems++;
    const rows = rowCounts[slot] as number;
    if (!Number.isNaN(rows)) counted.rows += rows;
    const time = durations[slot] as number;
    if (Number.isNaN(time) || isOnPurpose('time', natures[slot] as number)) return;
    counted.totalUs += time;
    counted.timed++;
    groupOf[at] = group;
    times[at] = time;
  });

  const all = withPercentiles(groups, groupOf, times);
  const measure = measures[order];
  all.sort((a, b) => measure(b) - measure(a) || b.count - a.count || (a.name < b.name ? -1 : 1));
  return {
    groups: all.slice(0, limit),
    count,
    totalUs: all.reduce((sum, { totalUs }) => sum + totalUs, 0),
    more: Math.max(0, all.length - limit),
  };
}

const measures: Readonly<Record<GroupOrder, (group: ExchangeGroup) => number>> = {
  total: ({ totalUs }) => totalUs,
  count: ({ count }) => count,
  problems: ({ problems }) => problems,
  rows: ({ rows }) => rows,
  p50: ({ time }) => time?.p50 ?? -1,
  p95: ({ time }) => time?.p95 ?? -1,
  max: ({ time }) => time?.max ?? -1,
};

/** Puts the times of each group side by side, so that each is sorted by itself. */
function withPercentiles(
  groups: readonly Counted[],
  groupOf: Uint32Array,
  times: Float64Array,
): ExchangeGroup[] {
  const ends = new Uint32Array(groups.length);
  let end = 0;
  groups.forEach(({ timed }, at) => {
    ends[at] = end;
    end += timed;
  });
  const grouped = new Float64Array(end);
  groupOf.forEach((group, at) => {
    if (group === noGroup) return;
    const to = ends[group] as number;
    grouped[to] = times[at] as number;
    ends[group] = to + 1;
  });
  return groups.map(({ timed, ...group }, at) => {
    const to = ends[at] as number;
    return { ...group, time: percentilesOf(grouped.subarray(to - timed, to).sort()) };
  });
}
