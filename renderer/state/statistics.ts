import type { Branch, MeasuredField, Percentiles, SelectionSummary } from '../../core/contract/exchanges.ts';
import type { Connection } from './connection.ts';
import type { ExchangeView } from './exchange-view.ts';
import { createPreference, oneOf } from './preference.ts';
import type { Session } from './session.ts';
import { createSideView, type SideViewPlace } from './side-view.ts';
import { createStore, type Store } from './store.ts';

/** What can be looked at, in the order of the choice. */
export const statisticsFields = [
  'time',
  'wait',
  'dns',
  'connect',
  'tls',
  'send',
  'receive',
  'added',
  'stall',
  'size',
  'requestSize',
] as const satisfies readonly MeasuredField[];

export interface StatisticsState {
  readonly field: MeasuredField;
  readonly summary: SelectionSummary;
  /** How many of them have the field. */
  readonly count: number;
  readonly percentiles: Percentiles | null;
  readonly buckets: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  readonly hosts: readonly Branch[];
  /** Hosts beyond those. */
  readonly moreHosts: number;
}

/** Figures of what the filter shows. */
export interface Statistics {
  /** Null before the first answer. */
  readonly state: Store<StatisticsState | null>;
  readonly field: Store<MeasuredField>;
  readonly setField: (field: MeasuredField) => void;
  /** Whether anybody looks: while nobody does, nothing is computed. */
  readonly look: (looking: boolean) => void;
}

/** Twice a second at most. */
const everyMs = 500;
const buckets = 60;

export function createStatistics(connection: Connection, session: Session, view: ExchangeView): Statistics {
  const state = createStore<StatisticsState | null>(null);
  const field = createPreference<MeasuredField>('statisticsField', 'time', oneOf(statisticsFields));
  let looking = false;

  const ask = async ({ client, sessionId, viewId, filter }: SideViewPlace): Promise<void> => {
    const asked = field.get();
    const { summary, distribution, branches } = client.services.exchanges;
    const [summed, distributed, hosts] = await Promise.all([
      summary({ viewId, ids: null }),
      distribution({ viewId, field: asked, buckets }),
      branches({ sessionId, filter, by: 'host', under: [] }),
    ]);
    if (!summed.ok || !distributed.ok || !hosts.ok) return;
    state.set({
      field: asked,
      summary: summed.value,
      count: distributed.value.count,
      percentiles: distributed.value.percentiles,
      buckets: distributed.value.buckets,
      hosts: hosts.value.branches,
      moreHosts: hosts.value.more,
    });
  };
  const side = createSideView(connection, { session, list: view }, everyMs, ask);
  const follow = () => side.show(looking ? view.state.get().filter : null);
  view.state.subscribe(follow);

  return {
    state,
    field,
    setField: (wanted) => {
      field.set(wanted);
      side.refresh();
    },
    look: (wanted) => {
      looking = wanted;
      follow();
    },
  };
}
