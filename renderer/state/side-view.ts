import type { Client } from '../../core/contract/client.ts';
import { orderOfArrival } from '../../core/model/list-columns.ts';
import type { Connection } from './connection.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { Session } from './session.ts';

/** The engine's view that a question is put to. */
export interface SideViewPlace {
  readonly client: Client;
  readonly viewId: number;
}

/** A view beside the list's, for figures: what matches a filter in the session shown, kept up to date. */
export interface SideView {
  /** Opens it with this filter, or with another one than before; null closes it. */
  readonly show: (filter: string | null) => void;
  /** Asks again although nothing in the view changed. */
  readonly refresh: () => void;
}

/** What a view beside the list follows: the session shown, and the list, whose rows are asked for first. */
export interface SideViewSources {
  readonly session: Pick<Session, 'shownId'>;
  readonly list: Pick<ExchangeView, 'settled'>;
}

/** Answers that take long, in a session of a million exchanges, leave the engine this many times as long for the rest. */
const restFactor = 4;

/**
 * Calls `ask` when the view was opened and when something in it changed: at most once in `everyMs`, never while the
 * call before is still open, never without a change.
 */
export function createSideView(
  connection: Connection,
  { session, list }: SideViewSources,
  everyMs: number,
  ask: (place: SideViewPlace) => Promise<void>,
): SideView {
  let filter: string | null = null;
  let place: SideViewPlace | null = null;
  let opening = 0;
  /** Something changed since the last question. */
  let changed = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let asking = false;
  let askedAtMs = -Infinity;
  let tookMs = 0;

  const isStale = (): boolean => changed;
  const askNow = async (): Promise<void> => {
    timer = null;
    const asked = place;
    if (asked === null || asking) return;
    asking = true;
    changed = false;
    askedAtMs = performance.now();
    await ask(asked);
    tookMs = performance.now() - askedAtMs;
    asking = false;
    if (isStale()) askSoon();
  };
  const askSoon = (): void => {
    changed = true;
    if (asking || timer !== null) return;
    const waitMs = Math.max(0, askedAtMs + Math.max(everyMs, tookMs * restFactor) - performance.now());
    timer = setTimeout(() => void askNow(), waitMs);
  };
  const close = (): void => {
    if (place !== null && place.client === connection.client())
      void place.client.services.exchanges.closeView({ viewId: place.viewId });
    place = null;
  };
  const open = async (): Promise<void> => {
    const turn = ++opening;
    if (filter === null) close();
    await list.settled();
    if (turn !== opening) return;
    const client = connection.client();
    const sessionId = session.shownId.get();
    const wanted = filter;
    if (wanted === null || client === null || sessionId === null) {
      close();
      return;
    }
    const opened = await client.services.exchanges.openView({
      sessionId,
      filter: wanted,
      sort: orderOfArrival,
    });
    if (turn !== opening) {
      if (opened.ok) void client.services.exchanges.closeView({ viewId: opened.value.viewId });
      return;
    }
    close();
    // What is wrong with a filter is said by the list.
    if (!opened.ok) return;
    place = { client, viewId: opened.value.viewId };
    askSoon();
  };

  connection.onClient((client) => {
    client.on('exchanges', 'viewChanged', ({ viewId }) => {
      if (place?.client === client && place.viewId === viewId) askSoon();
    });
    void open();
  });
  session.shownId.subscribe(() => void open());

  return {
    show: (wanted) => {
      if (wanted === filter) return;
      filter = wanted;
      void open();
    },
    refresh: askSoon,
  };
}
