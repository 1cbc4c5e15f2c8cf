import { memo } from 'react';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { Icon } from '../../../components/icon.tsx';
import { Duration, Size } from '../../../components/measure.tsx';
import { useNow } from '../../../components/use-now.ts';
import { shortType } from '../../../format/media-type.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import { isTunnel } from '../../../format/tone.ts';
import { StatusCell } from './status-cell.tsx';
import { WaterfallCell } from './waterfall-cell.tsx';

interface ExchangeRowProps {
  readonly record: ExchangeRecord;
  readonly index: number;
  readonly top: number;
  readonly selected: boolean;
  readonly scaleUs: number;
  /** Ids of the columns there is room for, separated by spaces. */
  readonly shown: string;
}

export const ExchangeRow = memo(function ExchangeRow({
  record,
  index,
  top,
  selected,
  scaleUs,
  shown,
}: ExchangeRowProps) {
  const open = record.state === 'open';
  const nowUs = useNow(open);
  const durationUs = exchangeDurationUs(record, nowUs);
  const failed = record.state === 'failed';
  const type = failed ? (record.errorCode ?? 'failed') : shortType(record.contentType);
  return (
    <div
      id={rowElementId(index)}
      className={`list-row ${selected ? 'selected' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Cell column={1} className="number muted">
        {record.id}
      </Cell>
      <Cell column={2} className="mono">
        {isTunnel(record) ? <TunnelMark /> : record.method}
      </Cell>
      <Cell column={3}>
        <StatusCell record={record} />
      </Cell>
      <Cell column={4} title={exchangeUrl(record)}>
        {record.host}
        {!usualPort(record) && <span className="muted">:{record.port}</span>}
      </Cell>
      <Cell column={5} title={exchangeUrl(record)}>
        {isTunnel(record) ? (
          <span className="muted">{record.note ?? 'Passed through unread'}</span>
        ) : (
          record.path
        )}
      </Cell>
      <Cell
        column={6}
        className={failed ? 'problem' : 'muted'}
        title={failed ? type : (record.contentType ?? '')}
      >
        {type}
      </Cell>
      <Cell column={7} className={`number ${record.responseBytes === 0 ? 'muted' : ''}`}>
        {record.responseBytes > 0 || record.status !== null ? (
          <Size bytes={record.responseBytes} meaning="response body on the wire" />
        ) : (
          '–'
        )}
      </Cell>
      <Cell column={8} className={`number ${open ? 'running' : ''}`}>
        <Duration us={durationUs} meaning={open ? 'so far' : 'first request byte to last response byte'} />
      </Cell>
      <Cell column={9} className="waterfall-cell">
        <WaterfallCell record={record} nowUs={nowUs} scaleUs={scaleUs} />
      </Cell>
    </div>
  );
});

export function rowElementId(index: number): string {
  return `exchange-row-${index}`;
}

interface CellProps {
  readonly column: number;
  readonly className?: string;
  readonly title?: string;
  readonly children: React.ReactNode;
}

function Cell({ column, className = '', title, children }: CellProps) {
  return (
    <div className={`cell ${className}`} role="gridcell" aria-colindex={column} title={title}>
      {children}
    </div>
  );
}

function TunnelMark() {
  return (
    <span className="muted tunnel-mark" title="A tunnel: its bytes were passed through unread">
      <Icon name="tunnel" size={12} /> tunnel
    </span>
  );
}

function usualPort({ scheme, port }: ExchangeRecord): boolean {
  return port === (scheme === 'http' ? 80 : 443);
}
