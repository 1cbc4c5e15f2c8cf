import type { ReactNode } from 'react';
import type { ListedExchange } from '../../../../core/contract/exchanges.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import type { HeaderColumn } from '../../../../core/model/list-columns.ts';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import { Icon } from '../../../components/icon.tsx';
import { Duration, Size } from '../../../components/measure.tsx';
import { useTimeFormat } from '../../../components/use-preferences.ts';
import { shortType } from '../../../format/media-type.ts';
import { isTunnel } from '../../../format/tone.ts';
import { isHeaderColumn, type Column, type OwnColumnId, type TimeColumnId } from './columns.ts';
import { MarkSigns } from './mark-signs.tsx';
import { StatusCell } from './status-cell.tsx';
import { WaterfallCell } from './waterfall-cell.tsx';

interface ExchangeCellProps {
  readonly column: Column;
  /** From 1, in the order of the columns. */
  readonly at: number;
  readonly record: ListedExchange;
  /** The fields whose values `record.headers` holds. */
  readonly headers: readonly HeaderColumn[];
  readonly nowUs: number;
  readonly scaleUs: number;
}

export function ExchangeCell(props: ExchangeCellProps) {
  const { id } = props.column;
  const { className = '', title, content } = isHeaderColumn(id) ? headerCell(id, props) : cell(id, props);
  return (
    <div className={`cell ${className}`} role="gridcell" aria-colindex={props.at} title={title}>
      {content}
    </div>
  );
}

interface Cell {
  readonly className?: string;
  readonly title?: string;
  readonly content: ReactNode;
}

function cell(id: OwnColumnId, { record, nowUs, scaleUs }: ExchangeCellProps): Cell {
  switch (id) {
    case 'number':
      return {
        className: 'number muted mark-cell',
        content: (
          <>
            <MarkSigns mark={record.mark} />
            {record.id}
          </>
        ),
      };
    case 'method':
      return isTunnel(record) ? { content: <TunnelMark /> } : { className: 'mono', content: record.method };
    case 'status':
      return { content: <StatusCell record={record} /> };
    case 'scheme':
      return { className: 'muted', content: record.scheme };
    case 'host':
      return { title: exchangeUrl(record), content: <HostName record={record} /> };
    case 'path':
      return isTunnel(record)
        ? { className: 'muted', content: record.note ?? 'Passed through unread' }
        : { title: exchangeUrl(record), content: record.path };
    case 'url':
      return { title: exchangeUrl(record), content: exchangeUrl(record) };
    case 'type':
      return record.state === 'failed'
        ? { className: 'problem', title: record.errorMessage ?? '', content: errorWords(record.errorCode) }
        : { className: 'muted', title: record.contentType ?? '', content: shortType(record.contentType) };
    case 'protocol':
      return { className: 'muted', content: record.protocol };
    case 'app':
      return { title: record.app ?? '', content: record.app ?? '' };
    case 'size':
      return sizeCell(record.responseBytes, record.responseBytes > 0 || record.status !== null, 'response');
    case 'requestSize':
      return sizeCell(record.requestBytes, !isTunnel(record), 'request');
    case 'started':
      return { className: 'number left', content: <TimeOfDay us={record.startedAtUs} /> };
    case 'time':
      return timeCell(record, nowUs);
    case 'blocked':
    case 'dns':
    case 'connect':
    case 'tls':
    case 'send':
    case 'wait':
    case 'receive':
    case 'added':
    case 'stall':
      return phaseCell(phaseUs(id, record));
    case 'connection':
      return {
        className: 'number muted',
        title: record.serverReused ? 'Sent on a connection that was used before' : '',
        content:
          record.serverConversation === null
            ? ''
            : `${record.serverReused ? '↻ ' : ''}${record.serverConversation}`,
      };
    case 'error':
      return {
        className: 'problem',
        title: record.errorMessage ?? '',
        content: record.errorMessage ?? record.errorCode ?? '',
      };
    case 'comment':
      return { title: record.mark?.comment ?? '', content: record.mark?.comment ?? '' };
    case 'color':
      return { className: 'mark-cell', content: <MarkSigns mark={record.mark} worded /> };
    case 'waterfall':
      return {
        className: 'waterfall-cell',
        content: <WaterfallCell record={record} nowUs={nowUs} scaleUs={scaleUs} />,
      };
    default:
      return id satisfies never;
  }
}

/** The code as words, so that it fits; the message is on hover. */
function errorWords(code: string | null): string {
  return code?.replace(/^(upstream|connect)-/, '').replaceAll('-', ' ') ?? 'failed';
}

function headerCell(id: HeaderColumn, { record, headers }: ExchangeCellProps): Cell {
  const value = record.headers[headers.indexOf(id)] ?? '';
  return { title: value, content: value };
}

function sizeCell(bytes: number, isThere: boolean, of: 'request' | 'response'): Cell {
  return {
    className: `number ${bytes === 0 ? 'muted' : ''}`,
    content: isThere ? <Size bytes={bytes} meaning={`${of} body on the wire`} /> : '–',
  };
}

function timeCell(record: ListedExchange, nowUs: number): Cell {
  const open = record.state === 'open';
  const meaning = open ? 'so far' : 'first request byte to last response byte';
  return {
    className: `number ${open ? 'running' : ''}`,
    content: <Duration us={exchangeDurationUs(record, nowUs)} meaning={meaning} />,
  };
}

function phaseCell(us: number | null): Cell {
  if (us === null || us === 0) return { className: 'number muted', content: us === null ? '' : '–' };
  return { className: 'number', content: <Duration us={us} /> };
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
    default:
      return id satisfies never;
  }
}

function TimeOfDay({ us }: { readonly us: number }) {
  const instant = useTimeFormat(true)(us);
  return <span title={instant}>{instant.slice(11)}</span>;
}

function HostName({ record }: { readonly record: ListedExchange }) {
  const usualPort = record.port === (record.scheme === 'http' ? 80 : 443);
  return (
    <>
      {record.host}
      {!usualPort && <span className="muted">:{record.port}</span>}
    </>
  );
}

function TunnelMark() {
  return (
    <span className="muted tunnel-mark" title="A tunnel: its bytes were passed through unread">
      <Icon name="tunnel" size={12} /> tunnel
    </span>
  );
}
