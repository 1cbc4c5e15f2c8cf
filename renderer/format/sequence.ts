import type { ConversationSeries } from '../../core/contract/packets.ts';
import { tcpFlags } from '../../core/packets/decoded-packet.ts';
import { formatCount, formatDuration } from './duration.ts';
import { packetTone, troubleNames, type TroubleName } from './packet-words.ts';
import type { Tone } from './tone.ts';

/** One arrow of the sequence diagram. */
export interface SequenceStep {
  readonly packet: number;
  /** From end a to end b, or back. */
  readonly end: 'a' | 'b';
  /** Since the first packet of the conversation, and since the one before, µs. */
  readonly atUs: number;
  readonly gapUs: number;
  readonly label: string;
  readonly tone: Tone | null;
  readonly troubles: readonly TroubleName[];
}

const flagNames = [
  ['SYN', tcpFlags.syn],
  ['FIN', tcpFlags.fin],
  ['RST', tcpFlags.rst],
] as const;

/** `SYN`, `SYN ACK`, `1,448 bytes`, `ACK 1,449`, `FIN ACK 120`: what a packet does, shortest first. */
export function sequenceLabel(flags: number, payloadBytes: number, ack: number): string {
  const named = flagNames.filter(([, flag]) => (flags & flag) !== 0).map(([name]) => name);
  const data =
    payloadBytes === 0 ? [] : [`${formatCount(payloadBytes)} byte${payloadBytes === 1 ? '' : 's'}`];
  const isAck = (flags & tcpFlags.ack) !== 0;
  const isOpening = (flags & tcpFlags.syn) !== 0;
  // Each data segment acknowledges as well: only where it is all a packet does is it said with its number.
  const acks = !isAck ? [] : isOpening ? ['ACK'] : data.length > 0 ? [] : [`ACK ${formatCount(ack)}`];
  const parts = [...named, ...data, ...acks];
  return parts.length === 0 ? 'datagram' : parts.join(' ');
}

export function sequenceStep(series: ConversationSeries, at: number): SequenceStep {
  const start = series.atUs[0] ?? 0;
  const now = series.atUs[at] ?? start;
  const troubles = series.troubles[at] ?? 0;
  return {
    packet: series.packetNumbers[at] ?? 0,
    end: series.ends[at] === 0 ? 'a' : 'b',
    atUs: now - start,
    gapUs: at === 0 ? 0 : now - (series.atUs[at - 1] ?? now),
    label: sequenceLabel(series.flags[at] ?? 0, series.payloadBytes[at] ?? 0, series.ack[at] ?? 0),
    tone: packetTone(troubles),
    troubles: troubleNames(troubles),
  };
}

/** Short words for troubles, said on the arrow. */
export const troubleShort: Readonly<Record<TroubleName, string>> = {
  retransmission: 'sent again',
  fastRetransmission: 'fast',
  spuriousRetransmission: 'not needed',
  duplicateAck: 'duplicate',
  outOfOrder: 'out of order',
  gapBefore: 'bytes missing before',
  zeroWindow: 'zero window',
  windowUpdate: 'window update',
  windowFull: 'window full',
  zeroWindowProbe: 'window probe',
  keepAlive: 'keep-alive',
  keepAliveAck: 'keep-alive answered',
  reset: 'reset',
  ackedUnseen: 'acknowledges unseen bytes',
  portReused: 'port used again',
  nagleDelay: 'held back by Nagle',
  malformed: 'malformed',
  icmpError: 'ICMP error',
  synRetransmission: 'SYN again',
  outsideWindow: 'outside the window',
  contentChanged: 'other bytes than before',
};

/** A time among others that lie near to it: `63.34 ms`, `1.06334 s`. */
export function exactTime(us: number): string {
  return us < 1_000_000 ? `${(us / 1000).toFixed(2)} ms` : `${(us / 1_000_000).toFixed(5)} s`;
}

/** A gap that is worth a word: from this on it is said beside the arrow, µs. */
export const gapWordUs = 1000;

/** A file for a report: both lifelines and the arrows between `from` and `to`, at most `svgStepsMax`. */
export function sequenceSvg(
  series: ConversationSeries,
  names: { readonly a: string; readonly b: string },
  colors: {
    readonly text: string;
    readonly muted: string;
    readonly background: string;
    readonly tones: Readonly<Record<Tone, string>>;
  },
): string {
  const count = Math.min(series.atUs.length, svgStepsMax);
  const [width, rowPx, left, right, top] = [880, 24, 260, 760, 56];
  const height = top + count * rowPx + 24;
  const rows = Array.from({ length: count }, (_, at) => {
    const step = sequenceStep(series, at);
    const y = top + at * rowPx + 12;
    const color = step.tone === null ? colors.text : colors.tones[step.tone];
    const [from, to] = step.end === 'a' ? [left, right] : [right, left];
    const tip = step.end === 'a' ? -8 : 8;
    const words = [step.label, ...step.troubles.map((name) => troubleShort[name])].join(' · ');
    const dash = step.tone === null ? '' : ' stroke-dasharray="5 3"';
    return [
      `<text x="96" y="${y + 4}" text-anchor="end" fill="${colors.muted}">${exactTime(step.atUs)}</text>`,
      `<text x="200" y="${y + 4}" text-anchor="end" fill="${colors.muted}">${step.gapUs >= gapWordUs ? `+${formatDuration(step.gapUs)}` : ''}</text>`,
      `<path d="M${from} ${y + 4}H${to}" stroke="${color}"${dash}/><path d="M${to} ${y + 4}l${tip} -4v8z" fill="${color}"/>`,
      `<text x="${(left + right) / 2}" y="${y - 1}" text-anchor="middle" fill="${color}">${escapeXml(words)}</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">`,
    `<title>${escapeXml(`Sequence of ${names.a} and ${names.b}`)}</title>`,
    `<rect width="${width}" height="${height}" fill="${colors.background}"/>`,
    `<text x="${left}" y="24" text-anchor="middle" fill="${colors.text}">${escapeXml(names.a)}</text>`,
    `<text x="${right}" y="24" text-anchor="middle" fill="${colors.text}">${escapeXml(names.b)}</text>`,
    `<path d="M${left} 36V${height - 8}M${right} 36V${height - 8}" stroke="${colors.muted}"/>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

export const svgStepsMax = 2000;

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
