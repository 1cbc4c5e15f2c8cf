import type { ExchangeRecord } from '../../core/model/exchange-record.ts';

/** How much trouble something is. Shown by shape and colour. */
export type Tone = 'note' | 'warning' | 'problem';

/** Failed or 5xx: problem. 4xx, interrupted, or not fully recorded: warning. Something worth knowing: note. */
export function exchangeTone(exchange: ExchangeRecord): Tone | null {
  const status = exchange.status ?? 0;
  if (exchange.state === 'failed' || status >= 500) return 'problem';
  if (exchange.state === 'interrupted' || status >= 400 || exchange.recorded !== 'full') return 'warning';
  return exchange.note === null ? null : 'note';
}

/** What the sign says on hover: the sentences the engine gave, in order of weight. */
export function exchangeRemarks(exchange: ExchangeRecord): string[] {
  const remarks = [
    exchange.errorMessage ?? exchange.errorCode,
    exchange.state === 'interrupted' ? 'The engine ended while this exchange was open.' : null,
    exchange.recorded === 'full' ? null : exchange.recorded,
    exchange.note,
  ];
  return remarks.filter((remark) => remark !== null);
}

export function isTunnel(exchange: ExchangeRecord): boolean {
  return exchange.method === '';
}
