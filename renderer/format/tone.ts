import type { ExchangeRecord } from '../../core/model/exchange-record.ts';
import { grpcStatusText, grpcStatusWords } from '../../core/decoders/grpc-call.ts';

/** How much trouble something is. Shown by shape and colour. */
export type Tone = 'note' | 'warning' | 'problem';

/**
 * Failed, 5xx or a gRPC fault of the server: problem. 4xx, another gRPC fault, interrupted, or not fully recorded:
 * warning. Something worth knowing: note.
 */
export function exchangeTone(exchange: ExchangeRecord): Tone | null {
  const status = exchange.status ?? 0;
  const grpc = exchange.grpcStatus ?? 0;
  if (exchange.state === 'failed' || status >= 500 || (grpc !== 0 && !clientFaults.has(grpc)))
    return 'problem';
  if (exchange.state === 'interrupted' || status >= 400 || grpc !== 0 || exchange.recorded !== 'full')
    return 'warning';
  return exchange.note === null ? null : 'note';
}

/** Status codes of gRPC that say something of the request, as 4xx does. */
const clientFaults = new Set([1, 3, 5, 6, 7, 9, 11, 16]);

/** What the sign says on hover: the sentences the engine gave, in order of weight. */
export function exchangeRemarks(exchange: ExchangeRecord): string[] {
  const remarks = [
    exchange.errorMessage ?? exchange.errorCode,
    (exchange.grpcStatus ?? 0) === 0 ? null : grpcSentence(exchange.grpcStatus ?? 0),
    exchange.state === 'interrupted' ? 'The engine ended while this exchange was open.' : null,
    exchange.recorded === 'full' ? null : exchange.recorded,
    exchange.note,
  ];
  return remarks.filter((remark) => remark !== null);
}

/** `gRPC status 14 UNAVAILABLE: …` */
export function grpcSentence(code: number): string {
  return `gRPC status ${grpcStatusText(code)}: ${lowerFirst(grpcStatusWords(code))}`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

export function isTunnel(exchange: ExchangeRecord): boolean {
  return exchange.method === '';
}
