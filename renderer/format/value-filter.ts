import type { ListedExchange } from '../../core/contract/exchanges.ts';
import { parseHeaderColumn, type HeaderColumn } from '../../core/model/list-columns.ts';
import { exchangeUrl } from '../../core/model/exchange-url.ts';
import { sameValueTerm } from './same-value.ts';

/** A condition of the filter language that holds for exchanges with the same value in that column (sameValueTerm); null for none. */
export function valueFilter(
  column: string,
  record: ListedExchange,
  headers: readonly HeaderColumn[],
): string | null {
  const same = (field: string, value: string | null) =>
    value === null || value === '' ? null : sameValueTerm(field, value);
  switch (column) {
    case 'method':
    case 'scheme':
    case 'host':
    case 'path':
    case 'protocol':
    case 'app':
    case 'process':
    case 'way':
    case 'device':
    case 'via':
      return same(column, record[column]);
    case 'grpcStatus':
      return record.grpcStatus === null ? null : `grpc-status:${record.grpcStatus}`;
    case 'h2Stream':
      return record.h2Stream === null ? null : `stream:${record.h2Stream}`;
    case 'statement':
      return same('statement', record.grouped);
    case 'rows':
      return record.rowCount === null ? null : `rows:${record.rowCount}`;
    case 'tier':
      return same('tier', record.tier);
    case 'url':
      return same('url', exchangeUrl(record));
    case 'status':
      return record.status === null ? `is:${record.state}` : `status:${record.status}`;
    case 'type':
      return record.state === 'failed' ? same('error', record.errorCode) : same('type', record.contentType);
    case 'error':
      return same('error', record.errorCode);
    case 'comment':
      return same('comment', record.mark?.comment ?? null);
    case 'color':
      return record.mark?.color == null ? null : `color:${record.mark.color}`;
    default: {
      const field = parseHeaderColumn(column);
      if (field === null) return null;
      const value = record.headers[headers.indexOf(`${field.side}.${field.name}`)] ?? null;
      return same(`${field.side}.header.${field.name}`, value);
    }
  }
}
