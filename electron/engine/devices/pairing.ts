import { randomBytes, timingSafeEqual } from 'node:crypto';
import { pairingCode, pairingCodeBytes, readPairingCode } from '../../../core/devices/pairing-code.ts';
import { createBoundedMap } from '../proxy/bounded-map.ts';
import type { PairingRefusal } from './visitor.ts';

/** Wrong codes of one address before it is heard no more, and of all before the code becomes another. */
const wrongOfOneMax = 10;
const wrongOfAllMax = 100;
/** Addresses whose wrong codes are counted. */
const addressesMax = 1000;

/** The code that phones scan: one for as long as anybody adds a phone. */
export interface Pairing {
  readonly code: () => string | null;
  readonly beganAtUs: () => number;
  /** `holder`: who adds a phone, one window; `another`: one after the last. */
  readonly begin: (holder: object, nowUs: number, another: boolean) => void;
  /** True when nobody is left. */
  readonly end: (holder: object) => boolean;
  /** Null: it is the code. */
  readonly check: (address: string, typed: string) => PairingRefusal | null;
}

export function createPairing(): Pairing {
  const holders = new Set<object>();
  let code: string | null = null;
  let beganAtUs = 0;
  let wrong = createBoundedMap<number>(addressesMax);
  let wrongOfAll = 0;

  const renew = (): void => {
    code = pairingCode(randomBytes(pairingCodeBytes));
    wrong = createBoundedMap<number>(addressesMax);
    wrongOfAll = 0;
  };
  return {
    code: () => code,
    beganAtUs: () => beganAtUs,
    begin: (holder, nowUs, another) => {
      holders.add(holder);
      if (code !== null && !another) return;
      beganAtUs = nowUs;
      if (code === null) renew();
    },
    end: (holder) => {
      holders.delete(holder);
      if (holders.size === 0) code = null;
      return holders.size === 0;
    },
    check: (address, typed) => {
      if (code === null) return 'not-open';
      const count = wrong.get(address) ?? 0;
      if (count >= wrongOfOneMax) return 'too-often';
      const given = readPairingCode(typed);
      if (given !== null && timingSafeEqual(Buffer.from(given), Buffer.from(code))) return null;
      wrong.set(address, count + 1);
      wrongOfAll += 1;
      if (wrongOfAll >= wrongOfAllMax) renew();
      return 'wrong-code';
    },
  };
}
