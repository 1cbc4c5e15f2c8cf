import type { TcpCourse } from './tcp-course.ts';
import type { TcpEnd } from './tcp-end.ts';
import type { TcpEndSummary, TcpRoundTrip, TcpSummary } from './tcp-events.ts';
import { stateName } from './tcp-state-log.ts';

/** What a conversation has found out. */
interface Findings {
  readonly a: TcpEnd;
  readonly b: TcpEnd;
  readonly course: TcpCourse;
  readonly lastAtUs: number;
  readonly nagleDelays: number;
  readonly nagleDelayUs: number;
}

/** What is known so far; a window that stands at zero does so until the last packet. */
export function summariseTcp(conversation: Findings): TcpSummary {
  const { a, b, course } = conversation;
  const { synAtUs, synAckAtUs, openedAtUs } = course;
  const isOpened = synAtUs >= 0 && openedAtUs >= 0;
  const isAnswered = synAtUs >= 0 && synAckAtUs >= 0;
  const ends = { a: summariseEnd(a, conversation.lastAtUs), b: summariseEnd(b, conversation.lastAtUs) };
  return {
    handshakeUs: isOpened ? since(synAtUs, openedAtUs) : null,
    synToSynAckUs: isAnswered ? since(synAtUs, synAckAtUs) : null,
    synAckToAckUs: openedAtUs >= 0 && synAckAtUs >= 0 ? since(synAckAtUs, openedAtUs) : null,
    rttUs: fartherRoundTrip(course, ends.a.rttUs, ends.b.rttUs),
    ends,
    resets: course.resets,
    fastOpen: course.fastOpen,
    states: course.states.list(),
    nagleDelays: conversation.nagleDelays,
    nagleDelayUs: conversation.nagleDelayUs,
  };
}

/**
 * The half of the way that lies beyond the other end: the longer half of the handshake tells, as no ACK in it is delayed; without a handshake
 * the larger minimum.
 */
function fartherRoundTrip(
  { lastSynAtUs, synAckAtUs, openedAtUs }: TcpCourse,
  a: TcpRoundTrip | null,
  b: TcpRoundTrip | null,
): TcpRoundTrip | null {
  if (a === null || b === null) return a ?? b;
  const isTimed = lastSynAtUs >= 0 && synAckAtUs >= 0 && openedAtUs >= 0;
  const isBeyondB = isTimed ? synAckAtUs - lastSynAtUs >= openedAtUs - synAckAtUs : a.min >= b.min;
  return isBeyondB ? a : b;
}

function summariseEnd(end: TcpEnd, lastAtUs: number): TcpEndSummary {
  const counts = end.counts;
  const openZeroUs = counts === null || counts.zeroSinceUs < 0 ? 0 : since(counts.zeroSinceUs, lastAtUs);
  const hasSyn = end.hasSyn;
  return {
    packets: end.packets,
    payloadBytes: end.payloadBytes,
    streamBytes: end.payloadBytes - (counts?.repeatedBytes ?? 0),
    missingBytes: counts?.missingBytes ?? 0,
    retransmissions: counts?.retransmissions ?? 0,
    fastRetransmissions: counts?.fastRetransmissions ?? 0,
    spuriousRetransmissions: counts?.spuriousRetransmissions ?? 0,
    duplicateAcks: counts?.duplicateAcks ?? 0,
    outOfOrder: counts?.outOfOrder ?? 0,
    rttUs: roundTripOf(end),
    zeroWindows: counts?.zeroWindows ?? 0,
    zeroWindowUs: (counts?.zeroWindowUs ?? 0) + openZeroUs,
    longestZeroWindowUs: Math.max(counts?.longestZeroWindowUs ?? 0, openZeroUs),
    windowMax: hasSyn ? end.windowMax : null,
    mss: end.mss < 0 ? null : end.mss,
    windowScale: end.windowScale < 0 ? null : end.windowScale,
    sackPermitted: hasSyn ? end.sackPermitted : null,
    timestamps: hasSyn ? end.timestamps : null,
    initialSeq: hasSyn ? end.base >>> 0 : null,
    state: stateName(end.state),
  };
}

function roundTripOf(end: TcpEnd): TcpRoundTrip | null {
  const trips = end.flight?.roundTrips;
  if (trips === undefined || trips.samples === 0) return null;
  const [p50 = 0, p95 = 0] = trips.percentiles(0.5, 0.95);
  return { min: trips.minUs, p50, p95, samples: trips.samples };
}

function since(fromUs: number, toUs: number): number {
  return Math.max(0, toUs - fromUs);
}
