import type { ExchangeDetail, HeadView } from '../../../../core/contract/exchanges.ts';
import type { DetailTab } from '../../../state/layout.ts';
import { detailTabs } from '../../../state/layout.ts';

/** Values of all lines of one field, in order. */
export function fieldValues(head: HeadView | null, lowerCaseName: string): string[] {
  return (head?.headers ?? [])
    .filter(([name]) => name.toLowerCase() === lowerCaseName)
    .map(([, value]) => value);
}

export function hasForm({ request, exchange }: ExchangeDetail): boolean {
  const type = fieldValues(request, 'content-type')[0] ?? '';
  return exchange.requestBytes > 0 && type.toLowerCase().startsWith('application/x-www-form-urlencoded');
}

export function hasCookies({ request, response }: ExchangeDetail): boolean {
  return fieldValues(request, 'cookie').length > 0 || fieldValues(response, 'set-cookie').length > 0;
}

export function credentialsOf({ request }: ExchangeDetail): string[] {
  return [...fieldValues(request, 'authorization'), ...fieldValues(request, 'proxy-authorization')];
}

/** It has messages inside, or may get some. */
export function hasMessages({ exchange }: ExchangeDetail): boolean {
  const { longLived, requestMessages, responseMessages } = exchange;
  const mayGet = longLived === 'websocket' || longLived === 'event-stream' || longLived === 'grpc-stream';
  return mayGet || requestMessages + responseMessages > 0;
}

/** Tabs that have something to show for this exchange. */
export function tabsOf(detail: ExchangeDetail | null, packets: boolean): readonly DetailTab[] {
  const query = detail?.question === null && (detail.exchange.path.includes('?') || hasForm(detail));
  const cookies = detail !== null && (hasCookies(detail) || credentialsOf(detail).length > 0);
  const messages = detail !== null && hasMessages(detail);
  const statement = detail !== null && detail.question !== null;
  // Of databases there are neither heads nor bodies.
  const [headers, body] = [!statement, !statement];
  const isShown = { statement, headers, query, cookies, messages, body, packets };
  return detailTabs.filter((tab) => !(tab in isShown) || isShown[tab as keyof typeof isShown]);
}
