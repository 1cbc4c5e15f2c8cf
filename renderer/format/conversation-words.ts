import type { ConversationRow } from '../../core/contract/packets.ts';
import { formatCount, formatDuration } from './duration.ts';
import { unitText } from './plot/draw-plot.ts';
import { withPort } from './packet-words.ts';
import { formatSize } from './size.ts';

type End = 'a' | 'b';

/** `api.shop.test:443`, or the address where no name is known or wished. */
export function conversationEnd(row: ConversationRow, end: End, byName: boolean): string {
  const [address, name, port] =
    end === 'a' ? [row.addressA, row.nameA, row.portA] : [row.addressB, row.nameB, row.portB];
  return withPort(byName && name !== null ? name : address, port);
}

/** What the ends are called in a picture: by name or address, with the port only where both are called the same. */
export function endNames(row: ConversationRow): { readonly a: string; readonly b: string } {
  const a = row.nameA ?? row.addressA;
  const b = row.nameB ?? row.addressB;
  return a === b ? { a: withPort(a, row.portA), b: withPort(b, row.portB) } : { a, b };
}

/** `tls`, and in front of it what carries it where that says more: `tcp · tls`. */
export function protocolText({ protocol, application }: ConversationRow): string {
  return application === '' || application === protocol ? protocol : `${protocol} · ${application}`;
}

/** What is spoken where that is known, else what carries it. */
export function spokenText({ protocol, application }: ConversationRow): string {
  return application === '' ? protocol : application;
}

/** Both directions of a count: `12 / 9`. */
export function bothCounts({ a, b }: { readonly a: number; readonly b: number }): string {
  return `${formatCount(a)} / ${formatCount(b)}`;
}

export function bothSizes({ a, b }: { readonly a: number; readonly b: number }): string {
  return `${formatSize(a)} / ${formatSize(b)}`;
}

/** Bits a second of both ends together; null where it lasted no time. */
export function throughput({ bytes, startedAtUs, endedAtUs }: ConversationRow): number | null {
  const us = endedAtUs - startedAtUs;
  return us > 0 ? ((bytes.a + bytes.b) * 8 * 1e6) / us : null;
}

export function throughputText(row: ConversationRow): string {
  const bits = throughput(row);
  return bits === null ? '' : unitText(Number(bits.toPrecision(bits < 1e3 ? 3 : 2)), 'bitsPerSecond');
}

/** `18/18/22 ms`: least, half, 95 of 100; the unit once, that of the last. */
export function rttText({ rttUs }: ConversationRow): string {
  return rttUs === null ? '' : spanText(rttUs);
}

/** The same of one end; in µs where the longest is below a millisecond. */
export function spanText({ min, p50, p95 }: NonNullable<ConversationRow['rttUs']>): string {
  if (p95 < 1000) return `${[min, p50, p95].map(Math.round).join('/')} µs`;
  const texts = [min, p50, p95].map(formatDuration);
  const unit = texts[2]?.split(' ').at(-1) ?? '';
  const isOne = texts.every((text) => text.endsWith(` ${unit}`) && text.split(' ').length === 2);
  if (!isOne) return texts.join(' / ');
  return `${texts.map((text) => text.split(' ')[0]).join('/')} ${unit}`;
}

/** How both ends together did, for a column of numbers; empty for zero. */
export function sumText({ a, b }: { readonly a: number; readonly b: number }): string {
  return a + b === 0 ? '' : formatCount(a + b);
}

/** How long something took in all, and how often it came: `40 ms, once`, `1.2 s, 3 times, at most 600 ms`. */
export function occurrences(count: number, inAll: string, atMost: string | null = null): string {
  if (count <= 1) return `${inAll}, once`;
  return [inAll, `${formatCount(count)} times`, ...(atMost === null ? [] : [`at most ${atMost}`])].join(', ');
}
