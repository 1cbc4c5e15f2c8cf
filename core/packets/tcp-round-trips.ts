import { tcpLimits } from './tcp-limits.ts';

/** Two neighbours differ by 2 %, so that the middle of a bucket is at most 1 % off. */
const RATIO_LOG = Math.log(1.02);
/** Up to 120 s; what is longer counts as that. */
const BUCKETS = Math.ceil(Math.log(120e6) / RATIO_LOG) + 1;
const COUNT_MAX = 0xffff;

/**
 * Samples of one end's round trip: exact while there are few, then counted in buckets, so that percentiles are at most 1 % off. At most 2 KiB:
 * when a bucket is full, all are halved.
 */
export class RoundTrips {
  samples = 0;
  minUs = Infinity;
  private exact: number[] | null = [];
  private buckets: Uint16Array | null = null;

  add(us: number): void {
    this.samples++;
    if (us < this.minUs) this.minUs = us;
    if (this.exact !== null) {
      if (this.exact.length < tcpLimits.exactSamplesMax) {
        this.exact.push(us);
        return;
      }
      this.buckets = new Uint16Array(BUCKETS);
      for (const sample of this.exact) this.count(this.buckets, sample);
      this.exact = null;
    }
    if (this.buckets !== null) this.count(this.buckets, us);
  }

  /** For each share (0 … 1, ascending) the smallest sample that so many of all are not above. 0 without samples. */
  percentiles(...shares: readonly number[]): number[] {
    if (this.exact !== null) {
      const sorted = this.exact.toSorted((one, other) => one - other);
      return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
    }
    if (this.buckets === null) return shares.map(() => 0);
    const found = percentilesOf(this.buckets, shares);
    return found.map((us) => Math.max(this.minUs, us));
  }

  private count(buckets: Uint16Array, us: number): void {
    const bucket = us <= 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(us) / RATIO_LOG));
    if (buckets[bucket] === COUNT_MAX) {
      for (let at = 0; at < BUCKETS; at++) buckets[at] = ((buckets[at] ?? 0) + 1) >> 1;
    }
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
}

function percentilesOf(buckets: Uint16Array, shares: readonly number[]): number[] {
  let total = 0;
  for (const count of buckets) total += count;
  let at = -1;
  let passed = 0;
  return shares.map((share) => {
    const wanted = Math.max(1, Math.ceil(share * total));
    while (passed < wanted && at < BUCKETS - 1) passed += buckets[++at] ?? 0;
    return Math.round(Math.exp((at + 0.5) * RATIO_LOG));
  });
}
