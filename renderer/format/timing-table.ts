import type { ExchangeRecord } from '../../core/model/exchange-record.ts';
import { phaseWords } from '../../core/model/phase-words.ts';
import type { ExchangeTimings } from '../../core/model/timings.ts';
import { formatCount, formatDuration } from './duration.ts';

/** HAR 1.2 `timings` of an exchange, µs; null is HAR's -1. `connect` includes `ssl`, so the sum leaves `ssl` out. */
export interface HarTimings {
  readonly parts: readonly { readonly name: string; readonly us: number | null }[];
  readonly sumUs: number;
  /** `ssl` is not longer than the `connect` that it is part of. */
  readonly isConsistent: boolean;
}

export function harTimings(exchange: ExchangeRecord): HarTimings {
  const { blockedUs, dnsUs, connectUs, tlsUs, sendUs, waitUs, receiveUs } = exchange;
  const parts = [
    { name: 'blocked', us: blockedUs },
    { name: 'dns', us: dnsUs },
    { name: 'connect', us: connectUs },
    { name: 'send', us: sendUs },
    { name: 'wait', us: waitUs },
    { name: 'receive', us: receiveUs },
  ];
  return {
    parts,
    sumUs: parts.reduce((sum, { us }) => sum + (us ?? 0), 0),
    isConsistent: tlsUs === null || (connectUs !== null && tlsUs <= connectUs),
  };
}

/**
 * One sentence: what HAR's parts sum up to, and how that compares with the time of the exchange. Null where there was no
 * response: most of the time is then in none of its parts.
 */
export function harSentence(exchange: ExchangeRecord, durationUs: number): string | null {
  if (exchange.responseFromUs === null) return null;
  const { parts, sumUs, isConsistent } = harTimings(exchange);
  const known = parts.filter(({ us }) => us !== null && us > 0);
  if (known.length === 0) return null;
  const sum = known.map(({ name, us }) => `${name} ${formatDuration(us ?? 0)}`).join(' + ');
  const tls = exchange.tlsUs === null ? '' : ' (ssl is inside connect)';
  const differenceUs = durationUs - sumUs;
  const compared =
    Math.abs(differenceUs) < 500
      ? 'the same as first byte to last'
      : differenceUs > 0
        ? `${formatDuration(differenceUs)} less than first byte to last: proxy time, and handing over`
        : `${formatDuration(-differenceUs)} more than first byte to last: parts came before the request or overlap`;
  const doubt = isConsistent ? '' : ' Its ssl is longer than its connect: one of them was measured wrongly.';
  return `As in HAR: ${sum} = ${formatDuration(sumUs)}${tls}, ${compared}.${doubt}`;
}

/** Each phase a line of tab-separated columns, for a spreadsheet or a ticket; times in ms. */
export function timingTableText(timings: ExchangeTimings): string {
  const totalUs = timings.endUs - timings.startUs;
  const lines = timings.phases.map(({ leg, kind, fromUs, toUs, early }) => {
    const { name, har } = phaseWords(kind, leg);
    const us = toUs - fromUs;
    return [
      leg === 'server' ? 'Server leg' : 'Client leg',
      name,
      har ?? '',
      inMs(fromUs - timings.startUs),
      inMs(us),
      early || totalUs === 0 ? '' : ((us / totalUs) * 100).toFixed(1),
    ].join('\t');
  });
  const header = ['Leg', 'Phase', 'HAR', 'Begins (ms)', 'Time (ms)', 'Share (%)'].join('\t');
  return [header, ...lines, ['Whole', '', '', '0', inMs(totalUs), '100.0'].join('\t'), ''].join('\n');
}

function inMs(us: number): string {
  return String(us / 1000);
}

/** Fewer others say nothing about what is usual. */
const comparedMin = 5;

/** How this time compares with the median of exchanges like it, this one among them. */
export function medianSentence(us: number, medianUs: number, count: number): string {
  if (count < comparedMin)
    return `Only ${count === 1 ? 'one such exchange' : `${count} such exchanges`} so far: too few to compare with.`;
  const ratio = us / Math.max(1, medianUs);
  const like = `the median of ${formatCount(count)} such exchanges (${formatDuration(medianUs)})`;
  if (ratio > 0.95 && ratio < 1.05) return `This took about as long as ${like}.`;
  return `This took ${ratio.toFixed(ratio < 10 ? 1 : 0)} × ${like}.`;
}
