import type { SelectionSummary } from '../../core/contract/exchanges.ts';
import type { Mark } from '../../core/model/mark.ts';
import { formatCount } from '../format/duration.ts';
import type { Connection } from './connection.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { Notices } from './notices.ts';
import { isChosen, type Selection } from './selection.ts';
import type { Session } from './session.ts';

/** What a person does to the selected exchanges. */
export interface ExchangeActions {
  readonly mark: (change: Partial<Mark>) => Promise<void>;
  /** Takes the selected ones out of the list. */
  readonly remove: () => Promise<void>;
  /** Takes everything out of the session, also what a filter hides. */
  readonly removeAll: () => Promise<void>;
  /** Brings back what was taken out last; several times in a row. */
  readonly undo: () => Promise<void>;
  readonly summary: () => Promise<SelectionSummary | null>;
}

interface Removal {
  readonly sessionId: number;
  readonly removalId: number;
  readonly count: number;
}

/** Removals that can be taken back. */
const undoMax = 100;
/** How far a row that stays is looked for, to select it once the selected ones are gone. */
const stayingReach = 400;

export function createExchangeActions(
  connection: Connection,
  view: ExchangeView,
  selection: Selection,
  session: Pick<Session, 'shownId'>,
  notices: Notices,
): ExchangeActions {
  let removals: readonly Removal[] = [];
  connection.onClient(() => {
    removals = [];
  });

  const selectedIds = () => {
    const { ids } = selection.chosen.get();
    return ids === null ? null : [...ids];
  };
  const isNothing = () => selection.chosen.get().ids?.size === 0;

  const took = (removal: { readonly removalId: number; readonly count: number }, sessionId: number) => {
    if (removal.count === 0) return;
    removals = [...removals, { ...removal, sessionId }].slice(-undoMax);
    const words = removal.count === 1 ? '1 exchange' : `${formatCount(removal.count)} exchanges`;
    notices.say(`${words} removed.`, { label: 'Undo', run: () => void undo() });
  };
  const undo = async () => {
    const client = connection.client();
    const last = removals.at(-1);
    if (last === undefined || client === null) return;
    removals = removals.slice(0, -1);
    const { sessionId, removalId } = last;
    notices.check(await client.services.exchanges.restore({ sessionId, removalId }));
    for (const notice of notices.list.get()) if (notice.action !== null) notices.dismiss(notice.id);
    const before = removals.at(-1);
    if (before !== undefined) {
      notices.say(`${formatCount(before.count)} more were removed earlier.`, {
        label: 'Undo',
        run: () => void undo(),
      });
    }
  };

  /** The next row that stays, else the one before: it takes the focus. */
  const neighbour = () => {
    const chosen = selection.chosen.get();
    const at = selection.state.get()?.index ?? null;
    if (at === null) return null;
    for (let away = 1; away < stayingReach; away += 1) {
      const row = view.row(at + away);
      if (row !== undefined && !isChosen(chosen, row.id)) return { id: row.id, index: at + away };
    }
    for (let away = 1; away < stayingReach; away += 1) {
      const row = view.row(at - away);
      if (row !== undefined && !isChosen(chosen, row.id)) return { id: row.id, index: at - away };
    }
    return null;
  };

  return {
    mark: async (change) => {
      if (isNothing()) return;
      await view.ask((client, viewId) =>
        client.services.exchanges.mark({ viewId, ids: selectedIds(), ...change }),
      );
    },
    remove: async () => {
      const sessionId = session.shownId.get();
      if (isNothing() || sessionId === null) return;
      const next = neighbour();
      const ids = selectedIds();
      const removal = await view.ask((client, viewId) => client.services.exchanges.remove({ viewId, ids }));
      if (removal === null) return;
      if (next === null) selection.clear();
      else selection.select(next.id, next.index);
      took(removal, sessionId);
    },
    removeAll: async () => {
      const client = connection.client();
      const sessionId = session.shownId.get();
      if (client === null || sessionId === null) return;
      const sort = { column: 'id', descending: false } as const;
      const all = notices.check(await client.services.exchanges.openView({ sessionId, filter: '', sort }));
      if (all === null) return;
      const { viewId } = all;
      const removal = notices.check(await client.services.exchanges.remove({ viewId, ids: null }));
      void client.services.exchanges.closeView({ viewId });
      if (removal === null) return;
      selection.clear();
      took(removal, sessionId);
    },
    undo,
    summary: async () => {
      if (isNothing()) return null;
      return view.ask((client, viewId) => client.services.exchanges.summary({ viewId, ids: selectedIds() }));
    },
  };
}
