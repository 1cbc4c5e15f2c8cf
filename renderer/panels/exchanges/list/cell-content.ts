import type { ListedExchange } from '../../../../core/contract/exchanges.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import type { HeaderColumn } from '../../../../core/model/list-columns.ts';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import { grpcStatusText } from '../../../../core/decoders/grpc-call.ts';
import { longLivedName, longLivedWords } from '../../../../core/model/long-lived-words.ts';
import { formatCount, formatDuration, formatMicroseconds } from '../../../format/duration.ts';
import { shortType } from '../../../format/media-type.ts';
import { formatBytes, formatSize } from '../../../format/size.ts';
import { exchangeRemarks, exchangeTone, grpcSentence, isTunnel } from '../../../format/tone.ts';
import { isHeaderColumn, type Column, type OwnColumnId, type TimeColumnId } from './columns.ts';
import { longLead, markLead, toneLead, tunnelLead, type Lead } from './row-signs.ts';

/** What a cell shows, as little as can be compared with what it showed before. */
export interface CellContent {
  readonly text: string;
  readonly className?: string;
  /** A sign before the text. */
  readonly lead?: Lead | null;
  /** Quieter text behind it. */
  readonly tail?: string;
}

export interface CellContext {
  /** The fields whose values `record.headers` holds. */
  readonly headers: readonly HeaderColumn[];
  readonly nowUs: number;
  /** An instant, µs since the epoch, with its day before character 11. */
  readonly timeOf: (us: number) => string;
}

export function cellContent(id: Column['id'], record: ListedExchange, context: CellContext): CellContent {
  return isHeaderColumn(id) ? { text: headerValue(id, record, context) } : ownContent(id, record, context);
}

function ownContent(id: OwnColumnId, record: ListedExchange, { nowUs, timeOf }: CellContext): CellContent {
  switch (id) {
    case 'number':
      return {
        className: 'number muted mark-cell',
        text: String(record.id),
        lead: markLead(record.mark, false),
      };
    case 'method':
      return isTunnel(record)
        ? { className: 'muted', text: 'tunnel', lead: tunnelLead }
        : { className: 'mono', text: record.method };
    case 'status':
      return statusContent(record);
    case 'scheme':
      return { className: 'muted', text: record.scheme };
    case 'host': {
      const isUsual = record.port === (record.scheme === 'http' ? 80 : 443);
      return { text: record.host, tail: isUsual ? '' : `:${record.port}` };
    }
    case 'path':
      return isTunnel(record)
        ? { className: 'muted', text: record.note ?? 'Passed through unread' }
        : { text: record.path };
    case 'url':
      return { text: exchangeUrl(record) };
    case 'type':
      return record.state === 'failed'
        ? { className: 'problem', text: errorWords(record.errorCode) }
        : {
            className: 'muted',
            text: typeText(record),
            lead: record.longLived === null || isTunnel(record) ? null : longLead,
          };
    case 'protocol':
      return { className: 'muted', text: record.protocol };
    case 'app':
      return { text: record.app ?? '' };
    case 'process':
      return { text: record.process ?? '' };
    case 'way':
      return { className: 'muted', text: record.way ?? '' };
    case 'device':
      return { text: record.device ?? '' };
    case 'via':
      return { className: 'mono', text: record.via ?? '' };
    case 'messages': {
      const count = record.requestMessages + record.responseMessages;
      return { className: 'number', text: count === 0 ? '' : formatCount(count) };
    }
    case 'grpcStatus':
      return grpcContent(record.grpcStatus);
    case 'h2Stream':
      return { className: 'number muted', text: record.h2Stream === null ? '' : String(record.h2Stream) };
    case 'statement':
      return { text: record.grouped ?? '' };
    case 'rows':
      return { className: 'number', text: record.rowCount === null ? '' : formatCount(record.rowCount) };
    case 'tier':
      return { className: 'muted', text: record.tier };
    case 'size':
      return sizeContent(record.responseBytes, record.responseBytes > 0 || record.status !== null);
    case 'requestSize':
      return sizeContent(record.requestBytes, !isTunnel(record));
    case 'started':
      return { className: 'number left', text: timeOf(record.startedAtUs).slice(11) };
    case 'time':
      return {
        className: timeClass(record),
        text: formatDuration(exchangeDurationUs(record, nowUs)),
      };
    case 'blocked':
    case 'dns':
    case 'connect':
    case 'tls':
    case 'send':
    case 'wait':
    case 'receive':
    case 'added':
    case 'stall':
    case 'starved':
      return phaseContent(phaseUs(id, record));
    case 'connection':
      return {
        className: 'number muted',
        text:
          record.serverConversation === null
            ? ''
            : `${record.serverReused ? '↻ ' : ''}${record.serverConversation}`,
      };
    case 'error':
      return { className: 'problem', text: record.errorMessage ?? record.errorCode ?? '' };
    case 'comment':
      return { text: record.mark?.comment ?? '' };
    case 'color':
      return { className: 'mark-cell', text: '', lead: markLead(record.mark, true) };
    case 'waterfall':
      return { className: 'waterfall-cell', text: '' };
    default:
      return id satisfies never;
  }
}

/** What is said of a cell when the pointer rests on it; empty for nothing. */
export function cellTitle(id: Column['id'], record: ListedExchange, context: CellContext): string {
  if (isHeaderColumn(id)) return headerValue(id, record, context);
  switch (id) {
    case 'method':
      return isTunnel(record) ? 'A tunnel: its bytes were passed through unread' : '';
    case 'status':
      return [statusLine(record), ...exchangeRemarks(record)].filter((line) => line !== '').join('\n');
    case 'host':
    case 'url':
      return exchangeUrl(record);
    case 'path':
      return isTunnel(record) ? '' : exchangeUrl(record);
    case 'type':
      return typeTitle(record);
    case 'app':
    case 'process':
    case 'device':
    case 'via':
      return record[id] ?? '';
    case 'messages':
      return messagesTitle(record);
    case 'grpcStatus':
      return record.grpcStatus === null ? '' : grpcSentence(record.grpcStatus);
    case 'statement':
      return record.grouped ?? '';
    case 'size':
      return `${formatBytes(record.responseBytes)} · response body on the wire`;
    case 'requestSize':
      return `${formatBytes(record.requestBytes)} · request body on the wire`;
    case 'started':
      return context.timeOf(record.startedAtUs);
    case 'time': {
      const us = formatMicroseconds(exchangeDurationUs(record, context.nowUs));
      const meaning = record.state === 'open' ? 'so far' : 'first request byte to last response byte';
      const why = record.longLived === null ? '' : ` · ${longLivedWords(record.longLived)}`;
      return `${us} · ${meaning}${why}`;
    }
    case 'blocked':
    case 'dns':
    case 'connect':
    case 'tls':
    case 'send':
    case 'wait':
    case 'receive':
    case 'added':
    case 'stall':
    case 'starved': {
      const us = phaseUs(id, record);
      return us === null ? '' : formatMicroseconds(us);
    }
    case 'connection':
      return record.serverReused ? 'Sent on a connection that was used before' : '';
    case 'error':
      return record.errorMessage ?? '';
    case 'comment':
    case 'number':
    case 'color':
      return record.mark?.comment ?? '';
    case 'scheme':
    case 'protocol':
    case 'way':
    case 'h2Stream':
    case 'rows':
    case 'tier':
    case 'waterfall':
      return '';
    default:
      return id satisfies never;
  }
}

/** The code as words, so that it fits; the message is on hover. */
function errorWords(code: string | null): string {
  return (
    code
      ?.replace(/^(upstream|connect)-/, '')
      .replace('certificate-', 'cert ')
      .replaceAll('-', ' ') ?? 'failed'
  );
}

function headerValue(id: HeaderColumn, record: ListedExchange, { headers }: CellContext): string {
  return record.headers[headers.indexOf(id)] ?? '';
}

/** The status code behind a sign where there is something to know. */
function statusContent(record: ListedExchange): CellContent {
  const tone = exchangeTone(record);
  const text = String(record.status ?? (record.state === 'open' && !isTunnel(record) ? '…' : '–'));
  if (tone === null) return { className: 'status bare', text };
  return { className: tone === 'note' ? 'status' : `status ${tone}`, text, lead: toneLead(tone) };
}

function typeTitle({ state, errorMessage, contentType, longLived }: ListedExchange): string {
  if (state === 'failed') return errorMessage ?? '';
  const why = longLived === null ? null : longLivedWords(longLived);
  return [contentType, why].filter((each) => each !== null).join(' · ');
}

/** The media type; what stays open without one says what it is. */
function typeText({ contentType, longLived, method }: ListedExchange): string {
  if (contentType !== null || longLived === null || method === '') return shortType(contentType);
  return longLivedName(longLived);
}

/** Long on purpose is quieter: it is not to be compared with the others. */
function timeClass({ state, longLived }: ListedExchange): string {
  return ['number', longLived === null ? '' : 'on-purpose', state === 'open' ? 'running' : '']
    .filter(Boolean)
    .join(' ');
}

function grpcContent(code: number | null): CellContent {
  if (code === null) return { text: '' };
  return code === 0
    ? { className: 'muted', text: '0 OK' }
    : { className: 'problem', text: grpcStatusText(code) };
}

function messagesTitle({ requestMessages, responseMessages }: ListedExchange): string {
  if (requestMessages + responseMessages === 0) return '';
  return `${formatCount(requestMessages)} from the application, ${formatCount(responseMessages)} from the server`;
}

function statusLine(record: ListedExchange): string {
  if (record.status !== null) return `${record.status} ${record.statusText ?? ''}`.trim();
  if (isTunnel(record)) return 'A tunnel has no status.';
  return record.state === 'open' ? 'No response yet.' : 'There was no response.';
}

function sizeContent(bytes: number, isThere: boolean): CellContent {
  return { className: bytes === 0 ? 'number muted' : 'number', text: isThere ? formatSize(bytes) : '–' };
}

function phaseContent(us: number | null): CellContent {
  if (us === null || us === 0) return { className: 'number muted', text: us === null ? '' : '–' };
  return { className: 'number', text: formatDuration(us) };
}

function phaseUs(id: TimeColumnId, record: ListedExchange): number | null {
  switch (id) {
    case 'blocked':
      return record.blockedUs;
    case 'dns':
      return record.dnsUs;
    case 'connect':
      return record.connectUs;
    case 'tls':
      return record.tlsUs;
    case 'send':
      return record.sendUs;
    case 'wait':
      return record.waitUs;
    case 'receive':
      return record.receiveUs;
    case 'added':
      return record.addedUs;
    case 'stall':
      return record.clientStallUs + record.serverStallUs;
    case 'starved':
      return record.requestStarvedUs + record.responseStarvedUs;
    default:
      return id satisfies never;
  }
}
