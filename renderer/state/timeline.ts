import { scaleRange, stripScale, wholeRange, type StripScale } from '../format/strip.ts';
import { withoutRange, type TimeRange } from '../format/time-range.ts';
import { filterClock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { Session } from './session.ts';
import { createSideView, type SideViewPlace } from './side-view.ts';
import { createStore, type Store } from './store.ts';

export interface TimelineState {
  /** From the first request to the last. */
  readonly whole: TimeRange;
  readonly scale: StripScale;
  /** By part of the scale: all requests, and the problems among them. */
  readonly total: readonly number[];
  readonly problems: readonly number[];
}

/** Requests over time, of what the filter shows without its limit to a stretch of time. */
export interface Timeline {
  /** Null before the first answer, and when there is nothing to show. */
  readonly state: Store<TimelineState | null>;
  /** The stretch in sight, null for all of it. */
  readonly zoom: Store<TimeRange | null>;
  readonly setZoom: (range: TimeRange | null) => void;
  /** At most so many bars; null while nobody looks. */
  readonly look: (buckets: number | null) => void;
}

/** Twice a second at most: drawing the strip is felt in the frame that it falls into. */
const everyMs = 500;

export function createTimeline(connection: Connection, session: Session, view: ExchangeView): Timeline {
  const state = createStore<TimelineState | null>(null);
  const zoom = createStore<TimeRange | null>(null);
  let looked: number | null = null;

  const ask = async ({ client, viewId }: SideViewPlace): Promise<void> => {
    const buckets = looked;
    if (buckets === null) return;
    const { timeline } = client.services.exchanges;
    const all = await timeline({ viewId, buckets: 1, fromUs: null, toUs: null });
    if (!all.ok) return;
    if ((all.value.total[0] ?? 0) === 0) {
      state.set(null);
      return;
    }
    const whole = { fromUs: all.value.fromUs, toUs: all.value.toUs };
    const scale = stripScale(zoom.get() ?? wholeRange(whole), buckets);
    const answer = await timeline({ viewId, buckets: scale.buckets, ...scaleRange(scale) });
    if (!answer.ok) return;
    state.set({ whole, scale, total: answer.value.total, problems: answer.value.problems });
  };
  const side = createSideView(connection, { session, list: view }, everyMs, ask);
  const follow = () =>
    side.show(looked === null ? null : withoutRange(view.state.get().filter, filterClock()));
  let followed = '';
  view.state.subscribe(() => {
    if (view.state.get().filter === followed) return;
    followed = view.state.get().filter;
    follow();
  });
  session.shownId.subscribe(() => zoom.set(null));

  return {
    state,
    zoom,
    setZoom: (range) => {
      zoom.set(range);
      side.refresh();
    },
    look: (buckets) => {
      if (buckets === looked) return;
      looked = buckets;
      follow();
      if (buckets !== null) side.refresh();
    },
  };
}
