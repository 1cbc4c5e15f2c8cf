import {
  groupFields,
  groupOrders,
  type ExchangeGroup,
  type GroupField,
  type GroupOrder,
  type MeasuredField,
  type Percentiles,
  type SelectionSummary,
} from '../../core/contract/exchanges.ts';
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
  readonly groups: GroupsState;
}

/** The greatest groups. */
export interface GroupsState {
  readonly by: GroupField;
  readonly order: GroupOrder;
  readonly groups: readonly ExchangeGroup[];
  /** Exchanges in all groups, and their times added up. */
  readonly count: number;
  readonly totalUs: number;
  /** Groups beyond those. */
  readonly more: number;
}

/** Figures of what the filter shows. */
export interface Statistics {
  /** Null before the first answer. */
  readonly state: Store<StatisticsState | null>;
  readonly field: Store<MeasuredField>;
  readonly setField: (field: MeasuredField) => void;
  readonly groupedBy: Store<GroupField>;
  readonly groupBy: (field: GroupField) => void;
  readonly sortBy: (order: GroupOrder) => void;
  /** Whether anybody looks: while nobody does, nothing is computed. */
  readonly look: (looking: boolean) => void;
}

/** Twice a second at most. */
const everyMs = 500;
const buckets = 60;
const groupsShown = 100;

export function createStatistics(connection: Connection, session: Session, view: ExchangeView): Statistics {
  const state = createStore<StatisticsState | null>(null);
  const field = createPreference<MeasuredField>('statisticsField', 'time', oneOf(statisticsFields));
  const groupedBy = createPreference<GroupField>('statisticsGroup', 'host', oneOf(groupFields));
  const order = createPreference<GroupOrder>('statisticsOrder', 'total', oneOf(groupOrders));
  let looking = false;

  const ask = async ({ client, viewId }: SideViewPlace): Promise<void> => {
    const asked = field.get();
    const by = groupedBy.get();
    const sorted = order.get();
    const { summary, distribution, groups } = client.services.exchanges;
    const [summed, distributed, grouped] = await Promise.all([
      summary({ viewId, ids: null }),
      distribution({ viewId, field: asked, buckets }),
      groups({ viewId, by, order: sorted, limit: groupsShown }),
    ]);
    if (!summed.ok || !distributed.ok || !grouped.ok) return;
    state.set({
      field: asked,
      summary: summed.value,
      count: distributed.value.count,
      percentiles: distributed.value.percentiles,
      buckets: distributed.value.buckets,
      groups: { by, order: sorted, ...grouped.value },
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
    groupedBy,
    groupBy: (wanted) => {
      groupedBy.set(wanted);
      // Only statements have rows.
      if (wanted !== 'statement' && order.get() === 'rows') order.set('total');
      side.refresh();
    },
    sortBy: (wanted) => {
      order.set(wanted);
      side.refresh();
    },
    look: (wanted) => {
      looking = wanted;
      follow();
    },
  };
}
