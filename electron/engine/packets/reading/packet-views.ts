import type { PacketScope, PacketViewProgress } from '../../../../core/contract/packets.ts';
import {
  planDisplayFilter,
  faultText,
  type FilterPlan,
  type WiresharkPlan,
} from '../../../../core/packets/filter/plan.ts';
import type { PacketTest } from '../../../../core/packets/filter/compile.ts';
import { RowFields } from '../../../../core/packets/filter/row-fields.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { errorText } from '../../session/sqlite.ts';
import type { ConversationIndex } from './conversation-index.ts';
import { IndexRow } from './index-row.ts';
import { timeUs, troublesOf, type PacketFile } from './packet-file.ts';

/** How long one slice of looking takes before the thread does something else. */
const sliceMs = 30;

/** Which packets are in a scope, by what is asked of each. */
export interface ScopeTest {
  /** Conversations that its packets belong to; null for all. */
  readonly conversations: ReadonlySet<number> | null;
  /** Packets that it is made of, ascending; null where the conversations say it all. */
  readonly numbers: Uint32Array | null;
}

export interface PacketView {
  readonly id: number;
  readonly count: () => number;
  readonly number: (index: number) => number;
  /** Index of a packet; null when it is not in it. */
  readonly position: (number: number) => number | null;
  readonly progress: () => PacketViewProgress;
  /** Looks further for a while; true when there is more to look at. */
  readonly advance: () => boolean;
  readonly stop: (stopped: boolean) => void;
}

export interface PacketViews {
  /** Failure `bad-filter`. */
  readonly open: (scope: PacketScope, filter: string) => Promise<Result<PacketView>>;
  readonly get: (id: number) => Result<PacketView>;
  readonly close: (id: number) => void;
  readonly all: () => Iterable<PacketView>;
}

/** What runs filters that the index cannot: selects among packets, in slices. */
export type SlowFilter = (
  plan: WiresharkPlan,
  scope: ScopeTest,
  /** Those of some packets that pass a test, which is asked of the index. */
  choose: (numbers: readonly number[], test: PacketTest) => Uint32Array,
  found: (numbers: Uint32Array, lookedTo: number) => void,
  isStopped: () => boolean,
) => Promise<string | null>;

export interface PacketViewsOptions {
  readonly file: PacketFile;
  readonly conversations: ConversationIndex;
  readonly marked: () => ReadonlySet<number>;
  readonly scopeOf: (scope: PacketScope) => Promise<Result<ScopeTest>>;
  readonly slowFilter: SlowFilter;
  readonly firstViewId: number;
  readonly changed: (view: PacketView) => void;
}

export function createPacketViews(options: PacketViewsOptions): PacketViews {
  const { file, conversations, marked, scopeOf, slowFilter, changed } = options;
  const views = new Map<number, PacketView>();
  let lastId = options.firstViewId;

  function create(scope: ScopeTest, filter: string, plan: FilterPlan): PacketView {
    const id = ++lastId;
    const isEverything = filter.trim() === '' && scope.conversations === null && scope.numbers === null;
    let numbers = new Uint32Array(1024);
    let count = 0;
    let looked = 0;
    let stopped = false;
    let problem: string | null = null;
    const row = new IndexRow(file, conversations, marked());
    const fields = new RowFields(row);

    function add(number: number): void {
      if (count === numbers.length) {
        const larger = new Uint32Array(count * 2);
        larger.set(numbers);
        numbers = larger;
      }
      numbers[count++] = number;
    }

    function isInScope(conversation: number, number: number): boolean {
      if (scope.conversations !== null && !scope.conversations.has(conversation)) return false;
      return scope.numbers === null || contains(scope.numbers, number);
    }

    function lookInIndex(matches: (fields: RowFields) => boolean): boolean {
      const until = performance.now() + sliceMs;
      const total = file.count();
      while (looked < total) {
        const place = file.place(looked + 1);
        const columns = place === null ? null : file.columns(place.block);
        if (place === null || columns === null) {
          looked = total;
          break;
        }
        for (let { index } = place; index < columns.count; index++) {
          const number = looked + 1;
          if (number === 1) {
            row.firstSeconds = columns.baseSeconds + (columns.seconds[0] as number);
            row.firstNanos = columns.nanos[0] as number;
            row.previousSeconds = row.firstSeconds;
            row.previousNanos = row.firstNanos;
          }
          looked = number;
          if (isInScope(columns.conversations[index] as number, number)) {
            row.at(place.block, columns, index);
            if (matches(fields.at(row))) add(number);
          }
          row.previousSeconds = columns.baseSeconds + (columns.seconds[index] as number);
          row.previousNanos = columns.nanos[index] as number;
          if ((index & 255) === 255 && performance.now() > until) return true;
        }
        if (performance.now() > until) return looked < total;
      }
      return false;
    }

    function choose(wanted: readonly number[], test: PacketTest): Uint32Array {
      const first = timeOf(1);
      return Uint32Array.from(wanted).filter((number) => {
        const place = file.place(number);
        const columns = place === null ? null : file.columns(place.block);
        if (place === null || columns === null) return false;
        const previous = number === 1 ? first : timeOf(number - 1);
        [row.firstSeconds, row.firstNanos] = first;
        [row.previousSeconds, row.previousNanos] = previous;
        row.at(place.block, columns, place.index);
        return test(fields.at(row));
      });
    }

    function timeOf(number: number): readonly [seconds: number, nanos: number] {
      const place = file.place(number);
      const columns = place === null ? null : file.columns(place.block);
      if (place === null || columns === null) return [0, 0];
      return [
        columns.baseSeconds + (columns.seconds[place.index] as number),
        columns.nanos[place.index] as number,
      ];
    }

    const view: PacketView = {
      id,
      count: () => (isEverything ? file.count() : count),
      number: (index) => (isEverything ? index + 1 : (numbers[index] as number)),
      position: (number) => {
        if (isEverything) return number >= 1 && number <= file.count() ? number - 1 : null;
        const at = indexIn(numbers, count, number);
        return numbers[at] === number && at < count ? at : null;
      },
      progress: () => ({
        looked: isEverything ? file.count() : looked,
        total: file.count(),
        stopped,
        problem,
      }),
      advance: () => {
        if (isEverything || stopped || problem !== null || plan.runsIn !== 'index') return false;
        try {
          return lookInIndex(plan.matches);
        } catch (error) {
          problem = `The packets cannot be read (${errorText(error)}). The file may be damaged.`;
          return false;
        }
      },
      stop: (wanted) => {
        stopped = wanted;
        if (!wanted) goOn();
      },
    };

    function goOn(): void {
      if (plan.runsIn !== 'wireshark') {
        schedule(view);
        return;
      }
      problem = null;
      const found = (those: Uint32Array, lookedTo: number): void => {
        for (const number of those) add(number);
        numbers.subarray(0, count).sort();
        looked = lookedTo;
        changed(view);
      };
      const isOver = (): boolean => stopped || !views.has(id);
      count = 0;
      void slowFilter(plan, scope, choose, found, isOver).then((trouble) => {
        problem = trouble;
        if (trouble === null && !isOver()) looked = file.count();
        changed(view);
      });
    }

    views.set(id, view);
    goOn();
    return view;
  }

  function schedule(view: PacketView): void {
    setImmediate(() => {
      if (!views.has(view.id)) return;
      const isMore = view.advance();
      changed(view);
      if (isMore) schedule(view);
    });
  }

  return {
    open: async (wanted, filter) => {
      const plan = planDisplayFilter(filter);
      if (plan.runsIn === 'nobody') return fail('bad-filter', faultText(plan.fault));
      const scope = await scopeOf(wanted);
      if (!scope.ok) return scope;
      const view = create(scope.value, filter, plan);
      // What is quick is there with the answer.
      const until = performance.now() + 100;
      while (performance.now() < until && view.advance());
      return succeed(view);
    },
    get: (id) => {
      const view = views.get(id);
      return view === undefined
        ? fail('no-such-view', 'This list of packets is closed. Open it again.')
        : succeed(view);
    },
    close: (id) => views.delete(id),
    all: () => views.values(),
  };
}

/** Index of the first number that is not less. */
function indexIn(numbers: Uint32Array, count: number, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function contains(numbers: Uint32Array, wanted: number): boolean {
  return numbers[indexIn(numbers, numbers.length, wanted)] === wanted;
}

/** Packets and bytes over time of what a view shows. */
export function graphOf(
  view: PacketView,
  file: PacketFile,
  buckets: number,
  wantedFromUs: number | null,
  wantedToUs: number | null,
): { fromUs: number; toUs: number; packets: number[]; bytes: number[]; troubled: number[] } {
  const count = view.count();
  const at = (index: number): number => {
    const place = file.place(view.number(index));
    const columns = place === null ? null : file.columns(place.block);
    return place === null || columns === null ? 0 : timeUs(columns, place.index);
  };
  const fromUs = wantedFromUs ?? (count === 0 ? 0 : at(0));
  const toUs = Math.max(wantedToUs ?? (count === 0 ? 0 : at(count - 1)), fromUs + 1);
  const packets = new Array<number>(buckets).fill(0);
  const bytes = new Array<number>(buckets).fill(0);
  const troubled = new Array<number>(buckets).fill(0);
  const perUs = buckets / (toUs - fromUs);
  for (let index = 0; index < count; index++) {
    const place = file.place(view.number(index));
    const columns = place === null ? null : file.columns(place.block);
    if (place === null || columns === null) continue;
    const us = timeUs(columns, place.index);
    if (us < fromUs || us > toUs) continue;
    const bucket = Math.min(buckets - 1, Math.floor((us - fromUs) * perUs));
    packets[bucket] = (packets[bucket] as number) + 1;
    bytes[bucket] = (bytes[bucket] as number) + (columns.original[place.index] as number);
    if (troublesOf(columns, place.index) !== 0) troubled[bucket] = (troubled[bucket] as number) + 1;
  }
  return { fromUs, toUs, packets, bytes, troubled };
}
