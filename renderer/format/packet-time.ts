/** How the list of packets writes times. */
export const packetTimeFormats = ['start', 'shown', 'reference', 'clock', 'utc'] as const;
export type PacketTimeFormat = (typeof packetTimeFormats)[number];

export const packetTimePrecisions = ['us', 'ns'] as const;
export type PacketTimePrecision = (typeof packetTimePrecisions)[number];

/** Seconds since the epoch and the nanoseconds within them, 0 … 999,999,999: a number alone would lose the last digits. */
export interface PacketInstant {
  readonly seconds: number;
  readonly nanos: number;
}

/** From one instant to another, exact also beyond the 104 days that a number holds in nanoseconds: `-1.5 s` is `{-2, 500000000}`. */
export function instantBetween(from: PacketInstant, to: PacketInstant): PacketInstant {
  const nanos = to.nanos - from.nanos;
  return { seconds: to.seconds - from.seconds - (nanos < 0 ? 1 : 0), nanos: nanos < 0 ? nanos + 1e9 : nanos };
}

/** `12.345678`, `-0.000120`; with nanoseconds nine digits. What is cut off is not rounded, so that equal times look equal. */
export function formatSeconds(span: PacketInstant, precision: PacketTimePrecision): string {
  const isNegative = span.seconds < 0;
  const positive = isNegative ? instantBetween(span, { seconds: 0, nanos: 0 }) : span;
  return `${isNegative ? '-' : ''}${positive.seconds}.${digits(positive.nanos, precision)}`;
}

/** Local time of day: `14:03:12.345678`. */
export function formatClock(at: PacketInstant, precision: PacketTimePrecision): string {
  const date = new Date(at.seconds * 1000);
  if (Number.isNaN(date.getTime())) return formatSeconds(at, precision);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${digits(at.nanos, precision)}`;
}

/** `2026-11-21 13:03:12.345678`, in UTC. */
export function formatUtc(at: PacketInstant, precision: PacketTimePrecision): string {
  const date = new Date(at.seconds * 1000);
  if (Number.isNaN(date.getTime())) return formatSeconds(at, precision);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}.${digits(at.nanos, precision)}`;
}

/** What times are counted from; null for what is not known (yet). */
export interface TimeOrigins {
  readonly start: PacketInstant | null;
  readonly shown: PacketInstant | null;
  readonly reference: PacketInstant | null;
}

/** The time of one packet; empty while what it is counted from is on its way. */
export function formatPacketTime(
  at: PacketInstant,
  format: PacketTimeFormat,
  precision: PacketTimePrecision,
  origins: TimeOrigins,
): string {
  switch (format) {
    case 'start':
    case 'shown':
    case 'reference': {
      const origin = origins[format];
      return origin === null ? '' : formatSeconds(instantBetween(origin, at), precision);
    }
    case 'clock':
      return formatClock(at, precision);
    case 'utc':
      return formatUtc(at, precision);
    default:
      return format satisfies never;
  }
}

export interface TimeReference extends PacketInstant {
  readonly number: number;
}

/** The last of these references at or before a packet; null before the first one. They are in order of their numbers. */
export function referenceFor(references: readonly TimeReference[], number: number): TimeReference | null {
  return references.findLast((each) => each.number <= number) ?? null;
}

/** With this packet as a reference, or without it if it was one. */
export function toggledReference(
  references: readonly TimeReference[],
  added: TimeReference,
): readonly TimeReference[] {
  const others = references.filter(({ number }) => number !== added.number);
  if (others.length < references.length) return others;
  return [...others, added].sort((a, b) => a.number - b.number);
}

function digits(nanos: number, precision: PacketTimePrecision): string {
  const text = String(nanos).padStart(9, '0');
  return precision === 'ns' ? text : text.slice(0, 6);
}
