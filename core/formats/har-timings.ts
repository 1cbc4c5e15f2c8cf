import type { FormatRecord } from './format.ts';

/** Phases in µs as HAR 1.2 means them: `connect` includes `ssl`; null is written as -1, not applicable. */
export interface HarPhases {
  readonly blocked: number | null;
  readonly dns: number | null;
  readonly connect: number | null;
  readonly ssl: number | null;
  readonly send: number;
  readonly wait: number;
  readonly receive: number;
}

/** The phases of our record. What a failure cut short lasts until it. */
export function harPhases(record: FormatRecord): HarPhases {
  const { sentFromUs, sentToUs, responseFromUs, responseToUs, endedAtUs, serverReused } = record;
  const until = (fromUs: number | null): number =>
    fromUs === null || endedAtUs === null ? 0 : Math.max(0, endedAtUs - fromUs);
  return {
    blocked: whole(record.blockedUs),
    dns: serverReused ? null : whole(record.dnsUs),
    connect: serverReused ? null : whole(record.connectUs),
    ssl: serverReused ? null : whole(record.tlsUs),
    send: whole(record.sendUs) ?? whole(sentToUs === null ? until(sentFromUs) : 0) ?? 0,
    wait: whole(record.waitUs) ?? whole(responseFromUs === null ? until(sentToUs) : 0) ?? 0,
    receive: whole(record.receiveUs) ?? whole(responseToUs === null ? until(responseFromUs) : 0) ?? 0,
  };
}

/** `time` of an entry: the sum without what is not applicable and without ssl, which is in connect. */
export function harTotalUs({ blocked, dns, connect, send, wait, receive }: HarPhases): number {
  return (blocked ?? 0) + (dns ?? 0) + (connect ?? 0) + send + wait + receive;
}

/**
 * When an entry begins so that its phases, laid end to end, end when the answer did: a connection made before the
 * request's first byte (at CONNECT) is counted from its own beginning.
 */
export function harStartUs(record: FormatRecord, { blocked, dns, connect }: HarPhases): number {
  if (record.sentFromUs === null) return record.startedAtUs;
  const roomUs = record.sentFromUs - record.startedAtUs - (blocked ?? 0);
  const earlyUs = Math.max(0, (dns ?? 0) + (connect ?? 0) - Math.max(0, roomUs));
  return record.startedAtUs - earlyUs;
}

function whole(us: number | null): number | null {
  return us === null || !Number.isFinite(us) ? null : Math.max(0, Math.round(us));
}
