import type { ExchangeRecord } from '../../core/model/exchange-record.ts';
import { formatDuration } from './duration.ts';

/** Below this an event loop is as punctual as it gets. */
const lateMinUs = 1000;

/** What the proxy itself cost, and how late its event loop was meanwhile where that is worth saying. */
export function addedSentence(addedUs: number, loopDelayUs: number | null): string {
  const late =
    loopDelayUs === null || loopDelayUs < lateMinUs
      ? ''
      : `; its event loop was late by up to ${formatDuration(loopDelayUs)} meanwhile`;
  return `Plumbline itself added ${formatDuration(addedUs)}${late}.`;
}

/** Who could not send for want of HTTP/2 flow-control window (RFC 9113 section 5.2), a sentence each. */
export function starvedSentences({
  requestStarvedUs,
  responseStarvedUs,
}: Pick<ExchangeRecord, 'requestStarvedUs' | 'responseStarvedUs'>): string[] {
  const sentence = (who: string, receiver: string, us: number) =>
    us > 0
      ? [
          `${who} could not send for ${formatDuration(us)} in all: ${receiver} gave no HTTP/2 flow-control window.`,
        ]
      : [];
  return [
    ...sentence('The application', 'the server', requestStarvedUs),
    ...sentence('The server', 'the receiver', responseStarvedUs),
  ];
}
