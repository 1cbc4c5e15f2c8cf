import type { ReactNode } from 'react';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import { Icon } from '../../../components/icon.tsx';
import { Duration, Size } from '../../../components/measure.tsx';
import { shortType } from '../../../format/media-type.ts';
import { isTunnel } from '../../../format/tone.ts';
import { columnNumber, type Column } from './columns.ts';
import { StatusCell } from './status-cell.tsx';
import { WaterfallCell } from './waterfall-cell.tsx';

interface ExchangeCellProps {
  readonly column: Column;
  readonly record: ExchangeRecord;
  readonly nowUs: number;
  readonly scaleUs: number;
}

export function ExchangeCell(props: ExchangeCellProps) {
  const { className = '', title, content } = cell(props);
  return (
    <div
      className={`cell ${className}`}
      role="gridcell"
      aria-colindex={columnNumber(props.column)}
      title={title}
    >
      {content}
    </div>
  );
}

interface Cell {
  readonly className?: string;
  readonly title?: string;
  readonly content: ReactNode;
}

function cell({ column, record, nowUs, scaleUs }: ExchangeCellProps): Cell {
  switch (column.id) {
    case 'number':
      return { className: 'number muted', content: record.id };
    case 'method':
      return isTunnel(record) ? { content: <TunnelMark /> } : { className: 'mono', content: record.method };
    case 'status':
      return { content: <StatusCell record={record} /> };
    case 'host':
      return { title: exchangeUrl(record), content: <HostName record={record} /> };
    case 'path':
      return isTunnel(record)
        ? { className: 'muted', content: record.note ?? 'Passed through unread' }
        : { title: exchangeUrl(record), content: record.path };
    case 'type':
      return record.state === 'failed'
        ? { className: 'problem', title: record.errorMessage ?? '', content: record.errorCode ?? 'failed' }
        : { className: 'muted', title: record.contentType ?? '', content: shortType(record.contentType) };
    case 'size':
      return {
        className: `number ${record.responseBytes === 0 ? 'muted' : ''}`,
        content: hasBody(record) ? (
          <Size bytes={record.responseBytes} meaning="response body on the wire" />
        ) : (
          '–'
        ),
      };
    case 'time':
      return timeCell(record, nowUs);
    case 'waterfall':
      return {
        className: 'waterfall-cell',
        content: <WaterfallCell record={record} nowUs={nowUs} scaleUs={scaleUs} />,
      };
    default:
      return column.id satisfies never;
  }
}

function timeCell(record: ExchangeRecord, nowUs: number): Cell {
  const open = record.state === 'open';
  const meaning = open ? 'so far' : 'first request byte to last response byte';
  return {
    className: `number ${open ? 'running' : ''}`,
    content: <Duration us={exchangeDurationUs(record, nowUs)} meaning={meaning} />,
  };
}

function HostName({ record }: { readonly record: ExchangeRecord }) {
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

function hasBody(record: ExchangeRecord): boolean {
  return record.responseBytes > 0 || record.status !== null;
}
