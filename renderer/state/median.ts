import { orderOfArrival } from '../../core/model/list-columns.ts';
import type { Connection } from './connection.ts';
import type { Session } from './session.ts';

export interface Median {
  readonly us: number;
  /** Of how many exchanges. */
  readonly count: number;
}

/** The median time of what a filter shows in the session shown; null when it cannot be told. */
export type MedianOf = (filter: string) => Promise<Median | null>;

export function createMedianOf(connection: Connection, session: Session): MedianOf {
  return async (filter) => {
    const client = connection.client();
    const sessionId = session.shownId.get();
    if (client === null || sessionId === null) return null;
    const { openView, closeView, distribution } = client.services.exchanges;
    const opened = await openView({ sessionId, filter, sort: orderOfArrival });
    if (!opened.ok) return null;
    const { viewId } = opened.value;
    const answer = await distribution({ viewId, field: 'time', buckets: 1 });
    void closeView({ viewId });
    if (!answer.ok || answer.value.percentiles === null) return null;
    return { us: answer.value.percentiles.p50, count: answer.value.count };
  };
}
