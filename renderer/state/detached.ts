import type { Connection } from './connection.ts';
import type { Selection } from './selection.ts';
import type { Session } from './session.ts';

/** What a window of its own shows: one exchange of one session. */
export interface DetachedExchange {
  readonly exchangeId: number;
  /** Numbers of sessions change with every start of the engine, paths do not. */
  readonly sessionPath: string;
}

const pathCharsMax = 4096;

/** What the address of this window asks for; null for the usual window. */
export function readDetached(search: string): DetachedExchange | null {
  const asked = new URLSearchParams(search);
  const exchangeId = Number(asked.get('exchange') ?? NaN);
  const sessionPath = asked.get('session') ?? '';
  if (!Number.isSafeInteger(exchangeId) || exchangeId < 1) return null;
  return sessionPath === '' || sessionPath.length > pathCharsMax ? null : { exchangeId, sessionPath };
}

/** The address of a window that shows this exchange alone. */
export function detachedUrl(href: string, { exchangeId, sessionPath }: DetachedExchange): string {
  const url = new URL(href);
  url.hash = '';
  url.search = new URLSearchParams({ exchange: String(exchangeId), session: sessionPath }).toString();
  return url.href;
}

/** Shows the exchange, again after every restart of the engine unless another one was chosen since. */
export function followDetached(
  { exchangeId, sessionPath }: DetachedExchange,
  connection: Connection,
  session: Pick<Session, 'open'>,
  selection: Pick<Selection, 'state' | 'select'>,
): void {
  connection.onClient(() => {
    void session.open(sessionPath).then(() => {
      if (selection.state.get() === null) selection.select(exchangeId, 0);
    });
  });
}
