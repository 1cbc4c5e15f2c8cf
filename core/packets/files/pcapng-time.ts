/** A moment as seconds since the epoch and 0 … 999,999,999 nanoseconds. One object, filled again and again. */
export interface Moment {
  seconds: number;
  nanos: number;
}

/** Above this a remainder times 2^16 would no longer be exact; above the second not even times 2^8. */
const unitsFor16BitsMax = 1e11;
const unitsFor8BitsMax = 3e13;

/**
 * Splits the 64-bit count `high`, `low` of `units` a second. Exact up to 10^13 units a second (the draft's usual ones are 10^6 and 10^9), finer
 * ones to about a microsecond.
 */
export function splitTime(high: number, low: number, units: number, into: Moment): void {
  const total = high * 4_294_967_296 + low;
  let seconds: number;
  let rest: number;
  if (total <= Number.MAX_SAFE_INTEGER || units > unitsFor8BitsMax) {
    seconds = Math.floor(total / units);
    rest = total - seconds * units;
  } else {
    // Long division, a digit of 8 or 16 bits at a time.
    const bits = units > unitsFor16BitsMax ? 8 : 16;
    const digit = 2 ** bits;
    seconds = 0;
    rest = 0;
    for (let shift = 64 - bits; shift >= 0; shift -= bits) {
      const word = shift >= 32 ? high : low;
      const value = rest * digit + ((word >>> (shift & 31)) & (digit - 1));
      const quotient = Math.floor(value / units);
      seconds = seconds * digit + quotient;
      rest = value - quotient * units;
    }
  }
  into.seconds = seconds;
  into.nanos = Math.min(999_999_999, Math.max(0, nanosOf(rest, units)));
}

function nanosOf(rest: number, units: number): number {
  if (units >= 1e9 && units % 1e9 === 0) return Math.floor(rest / (units / 1e9));
  return 1e9 % units === 0 ? rest * (1e9 / units) : Math.floor((rest * 1e9) / units);
}

/** What an if_tsresol option says: a power of ten, or of two with the highest bit set. */
export function unitsOfResolution(value: number): number {
  return (value & 0x80) === 0 ? 10 ** value : 2 ** (value & 0x7f);
}

/** Seconds that a 64-bit count of nanoseconds can say. */
const secondsMax = 18_446_744_073;

/** The other way, for 10^6 or 10^9 units a second; what 64 bits cannot say becomes the nearest they can. */
export function joinTime(seconds: number, nanos: number, units: 1e6 | 1e9): { high: number; low: number } {
  const told = Math.min(secondsMax, Math.max(0, seconds));
  const upper = Math.floor(told / 65_536) * units;
  const lower = (told % 65_536) * units + Math.floor(nanos / (1e9 / units));
  const middle = upper + Math.floor(lower / 65_536);
  return { high: Math.floor(middle / 65_536), low: (middle % 65_536) * 65_536 + (lower % 65_536) };
}
