import type { Timeline } from '../answers.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, blockRows, slotOf, type Ids } from '../columns/fields.ts';
import { isProblem } from './aggregates.ts';
import { sectionsOf, type Section } from './sections.ts';

/** Ids that are summed up together. */
const partRows = 64;
const partsOfBlock = blockRows / partRows;
/** Blocks with fewer ids are counted one by one: what is kept of one is as large as 170 ids. */
const summedMin = 512;

/** How many exchanges of a view began when. The window asks several times a second while exchanges come in. */
export interface TimelineCounts {
  /** These came, went or changed since the last time. */
  readonly noteChanged: (ids: Iterable<number>) => void;
  /** Anything may have. */
  readonly noteAny: () => void;
  /** Null: from the first, to the last. */
  readonly of: (
    ids: Ids,
    buckets: number,
    wanted: { readonly fromUs: number | null; readonly toUs: number | null },
  ) => Timeline;
}

/** What is kept of a block, for each of its parts; `first` is greater than `last` where it has none. */
interface Summed {
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly total: Uint8Array;
  readonly problems: Uint8Array;
}

/**
 * Keeps sums of 64 ids each: a part that lies within one bucket is added at once, and only those across a border are
 * counted one by one. What changed is summed up again, a block (4,096 ids) at a time.
 */
export function createTimelineCounts(store: ColumnStore): TimelineCounts {
  const kept = new Map<number, Summed>();
  const scratch = {
    started: new Float64Array(blockRows),
    states: new Float64Array(blockRows),
    statuses: new Float64Array(blockRows),
  };

  /** Good until the next call. */
  function values(block: number): typeof scratch {
    scratch.started.set(store.numbers(block, 'started'));
    scratch.states.set(store.numbers(block, 'state'));
    scratch.statuses.set(store.numbers(block, 'status'));
    return scratch;
  }

  function sumUp(ids: Ids, { block, from, to }: Section): Summed {
    const known = kept.get(block);
    if (known !== undefined) return known;
    const first = new Float64Array(partsOfBlock).fill(Infinity);
    const last = new Float64Array(partsOfBlock).fill(-Infinity);
    const total = new Uint8Array(partsOfBlock);
    const problems = new Uint8Array(partsOfBlock);
    const { started, states, statuses } = values(block);
    for (let at = from; at < to; at++) {
      const slot = slotOf(ids[at] as number);
      const atUs = started[slot] as number;
      if (Number.isNaN(atUs)) continue;
      const part = Math.floor(slot / partRows);
      if (atUs < (first[part] as number)) first[part] = atUs;
      if (atUs > (last[part] as number)) last[part] = atUs;
      total[part] = (total[part] as number) + 1;
      if (isProblem(states[slot] as number, statuses[slot] as number)) {
        problems[part] = (problems[part] as number) + 1;
      }
    }
    const summed = { first, last, total, problems };
    if (to - from >= summedMin) kept.set(block, summed);
    return summed;
  }

  return {
    noteChanged: (ids) => {
      for (const id of ids) kept.delete(blockOf(id));
    },
    noteAny: () => kept.clear(),
    of: (ids, buckets, wanted) => {
      const sections = sectionsOf(ids);
      let first = Infinity;
      let last = -Infinity;
      if (wanted.fromUs === null || wanted.toUs === null) {
        for (const section of sections) {
          const summed = sumUp(ids, section);
          for (let part = 0; part < partsOfBlock; part++) {
            first = Math.min(first, summed.first[part] as number);
            last = Math.max(last, summed.last[part] as number);
          }
        }
      }
      const fromUs = wanted.fromUs ?? (first === Infinity ? 0 : first);
      const toUs = Math.max(wanted.toUs ?? (last === -Infinity ? 0 : last + 1), fromUs + 1);
      const total = new Array<number>(buckets).fill(0);
      const problems = new Array<number>(buckets).fill(0);
      const perUs = buckets / (toUs - fromUs);
      /** Times before are in -1, times behind in `buckets`. */
      const bucketOf = (atUs: number): number => {
        if (atUs < fromUs) return -1;
        return atUs < toUs ? Math.min(buckets - 1, Math.floor((atUs - fromUs) * perUs)) : buckets;
      };
      const add = (bucket: number, count: number, bad: number): void => {
        if (bucket < 0 || bucket >= buckets) return;
        total[bucket] = (total[bucket] as number) + count;
        problems[bucket] = (problems[bucket] as number) + bad;
      };
      for (const section of sections) {
        const summed = sumUp(ids, section);
        const across: boolean[] = [];
        for (let part = 0; part < partsOfBlock; part++) {
          if (summed.total[part] === 0) continue;
          const bucket = bucketOf(summed.first[part] as number);
          across[part] = bucket !== bucketOf(summed.last[part] as number);
          if (!across[part]) add(bucket, summed.total[part] as number, summed.problems[part] as number);
        }
        if (!across.includes(true)) continue;
        const { started, states, statuses } = values(section.block);
        for (let at = section.from; at < section.to; at++) {
          const slot = slotOf(ids[at] as number);
          if (across[Math.floor(slot / partRows)] !== true || Number.isNaN(started[slot])) continue;
          const bad = isProblem(states[slot] as number, statuses[slot] as number) ? 1 : 0;
          add(bucketOf(started[slot] as number), 1, bad);
        }
      }
      return { fromUs, toUs, total, problems };
    },
  };
}
