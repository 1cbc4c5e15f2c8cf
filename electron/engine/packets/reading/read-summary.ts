import { z } from 'zod';
import type { TcpSummary } from '../../../../core/packets/tcp-events.ts';

const number = z.number();
const maybe = number.nullable();
const roundTrip = z.object({ min: number, p50: number, p95: number, samples: number }).nullable();
const statesMax = 10_000;

const end = z.looseObject({
  ...{ packets: number, payloadBytes: number, streamBytes: number, missingBytes: number },
  ...{ retransmissions: number, fastRetransmissions: number, spuriousRetransmissions: number },
  ...{ duplicateAcks: number, outOfOrder: number, rttUs: roundTrip },
  ...{ zeroWindows: number, zeroWindowUs: number, longestZeroWindowUs: number },
  ...{ windowMax: maybe, mss: maybe, windowScale: maybe, initialSeq: maybe },
  ...{ sackPermitted: z.boolean().nullable(), timestamps: z.boolean().nullable(), state: z.string() },
});

const shape = z.looseObject({
  ...{ handshakeUs: maybe, synToSynAckUs: maybe, synAckToAckUs: maybe, rttUs: roundTrip },
  ends: z.object({ a: end, b: end }),
  resets: number,
  fastOpen: z.enum(['none', 'requested', 'used', 'refused']),
  states: z.array(z.object({ atUs: number, end: z.enum(['a', 'b']), state: z.string() })).max(statesMax),
  ...{ nagleDelays: number, nagleDelayUs: number },
});

/** The summary of a TCP conversation as it is stored; null for what is none: a session file is hostile input. */
export function readSummary(json: string): TcpSummary | null {
  try {
    const value: unknown = JSON.parse(json);
    return shape.safeParse(value).success ? (value as TcpSummary) : null;
  } catch {
    return null;
  }
}
