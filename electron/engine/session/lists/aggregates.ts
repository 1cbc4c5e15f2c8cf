import type { MeasuredField, Percentiles, SelectionSummary } from '../../../../core/contract/exchanges.ts';
import type { Distribution } from '../answers.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import {
  blockOf,
  grpcBit,
  natureCode,
  slotOf,
  stateBits,
  type Ids,
  type NumberField,
} from '../columns/fields.ts';

/** Status codes from here on count as a problem, and so do a failure and a gRPC status other than 0. */
const problemStatus = 400;

/** Visits ascending ids with the values of several fields, each column unpacked once a block. */
function forEachValue(
  store: ColumnStore,
  ids: Ids,
  fields: readonly NumberField[],
  visit: (values: Float64Array, id: number) => void,
): void {
  const values = new Float64Array(fields.length);
  let block = -1;
  let columns: Float64Array[] = [];
  for (const id of ids) {
    if (blockOf(id) !== block) {
      block = blockOf(id);
      columns = fields.map((field) => store.numbers(block, field).slice());
    }
    const slot = slotOf(id);
    for (let at = 0; at < columns.length; at++) values[at] = (columns[at] as Float64Array)[slot] as number;
    visit(values, id);
  }
}

export function isProblem(state: number, status: number): boolean {
  return (state & (stateBits.failed | stateBits.grpcFault)) !== 0 || status >= problemStatus;
}

/** Whether this measure of an exchange of that nature is long on purpose: then it is not among those that are judged. */
export function isOnPurpose(field: MeasuredField, nature: number): boolean {
  const why = nature & ~grpcBit;
  if (why === 0) return false;
  if (why === natureCode('long-poll')) return field === 'time' || field === 'wait';
  return field === 'time' || field === 'receive';
}

/** What exchanges sum up to; ids ascending. What stays open on purpose has no say in times. */
export function summarize(store: ColumnStore, ids: Ids): SelectionSummary {
  let requestBytes = 0;
  let responseBytes = 0;
  let problems = 0;
  let fromUs = Infinity;
  let toUs = -Infinity;
  const times = new Float64Array(ids.length);
  const waits = new Float64Array(ids.length);
  let timed = 0;
  let waited = 0;
  const fields = ['state', 'status', 'requestSize', 'size', 'started', 'time', 'wait', 'nature'] as const;
  forEachValue(store, ids, fields, ([state = 0, status = NaN, requestSize = NaN, size = NaN, ...rest]) => {
    const [started = NaN, time = NaN, wait = NaN, nature = 0] = rest;
    if (!Number.isNaN(requestSize)) requestBytes += requestSize;
    if (!Number.isNaN(size)) responseBytes += size;
    if (isProblem(state, status)) problems += 1;
    if (!Number.isNaN(started)) {
      fromUs = Math.min(fromUs, started);
      toUs = Math.max(toUs, started + (Number.isNaN(time) ? 0 : time));
    }
    if (!Number.isNaN(time) && !isOnPurpose('time', nature)) times[timed++] = time;
    if (!Number.isNaN(wait) && !isOnPurpose('wait', nature)) waits[waited++] = wait;
  });
  return {
    count: ids.length,
    requestBytes,
    responseBytes,
    problems,
    fromUs: fromUs === Infinity ? null : fromUs,
    toUs: toUs === -Infinity ? null : toUs,
    time: percentilesOf(times.subarray(0, timed).sort()),
    wait: percentilesOf(waits.subarray(0, waited).sort()),
  };
}

/** Nearest rank, of ascending values. */
export function percentilesOf(sorted: Float64Array): Percentiles | null {
  if (sorted.length === 0) return null;
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number;
  return { min: at(0), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** Borders grow geometrically from the smallest value above zero to the largest; zeros are in the first. */
export function distributionOf(
  store: ColumnStore,
  ids: Ids,
  field: MeasuredField,
  buckets: number,
): Distribution {
  const values = new Float64Array(ids.length);
  let count = 0;
  forEachValue(store, ids, [field, 'nature'], ([value = NaN, nature = 0]) => {
    if (!Number.isNaN(value) && !isOnPurpose(field, nature)) values[count++] = value;
  });
  const sorted = values.subarray(0, count).sort();
  const percentiles = percentilesOf(sorted);
  if (percentiles === null) return { count, percentiles, buckets: [] };
  const low = Math.max(1, sorted.find((value) => value > 0) ?? 1);
  const high = Math.max(low * 1.001, percentiles.max);
  const growth = (high / low) ** (1 / buckets);
  const result: { from: number; to: number; count: number }[] = [];
  let from = 0;
  let at = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const to = bucket === buckets - 1 ? high : low * growth ** (bucket + 1);
    const start = at;
    while (at < count && ((sorted[at] as number) <= to || bucket === buckets - 1)) at++;
    result.push({ from, to, count: at - start });
    from = to;
  }
  return { count, percentiles, buckets: result };
}
