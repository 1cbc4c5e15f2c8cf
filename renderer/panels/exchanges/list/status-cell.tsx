import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { exchangeRemarks, exchangeTone, isTunnel } from '../../../format/tone.ts';

/** The status code behind a sign where there is something to know; the sign tells it on hover. */
export function StatusCell({ record }: { readonly record: ExchangeRecord }) {
  const tone = exchangeTone(record);
  const remark = [statusLine(record), ...exchangeRemarks(record)].filter((line) => line !== '').join('\n');
  return (
    <span className="status-cell">
      {tone === null ? <span className="no-sign" /> : <ToneSign tone={tone} remark={remark} />}
      <span className={tone === null || tone === 'note' ? '' : tone} title={remark}>
        {record.status ?? (record.state === 'open' && !isTunnel(record) ? '…' : '–')}
      </span>
    </span>
  );
}

function statusLine(record: ExchangeRecord): string {
  if (record.status !== null) return `${record.status} ${record.statusText ?? ''}`.trim();
  if (isTunnel(record)) return 'A tunnel has no status.';
  return record.state === 'open' ? 'No response yet.' : 'There was no response.';
}
