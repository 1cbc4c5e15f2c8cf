import { useEffect, useState } from 'react';
import type { ConversationSeries } from '../../../../core/contract/packets.ts';
import type { AxisRange } from '../../../format/plot/plot-scale.ts';
import { useWindowState } from '../../../state/window-state.ts';

export interface ShownSeries {
  readonly series: ConversationSeries | null;
  readonly problem: string | null;
}

/** More are not drawn at once; the engine thins them, and zooming in asks for the rest. */
const pointsMax = 100_000;
const settleMs = 200;

/** The points of a conversation; those between two times once more, when not all of them could be given. */
export function useSeries(id: number, lastPacket: number): ShownSeries {
  const { packets } = useWindowState();
  const [shown, setShown] = useState<{ readonly id: number } & ShownSeries>({
    id,
    series: null,
    problem: null,
  });
  const { tryAsk } = packets;
  useEffect(() => {
    let isWanted = true;
    void tryAsk((client, sessionId) =>
      client.services.packets.series({ sessionId, id, fromUs: null, toUs: null, pointsMax }),
    ).then((answer) => {
      if (!isWanted || answer === null) return;
      if (answer.ok) setShown({ id, series: answer.value, problem: null });
      else setShown({ id, series: null, problem: answer.error.message });
    });
    return () => {
      isWanted = false;
    };
  }, [id, lastPacket, tryAsk]);
  return shown.id === id ? shown : { series: null, problem: null };
}

/** Within a thinned series, all points of what is in sight; the whole one until they are here. */
export function useCloserSeries(
  id: number,
  whole: ConversationSeries | null,
  view: AxisRange | null,
): ConversationSeries | null {
  const { packets } = useWindowState();
  const [closer, setCloser] = useState<{
    readonly whole: ConversationSeries;
    readonly view: AxisRange;
    readonly series: ConversationSeries;
  } | null>(null);
  const { tryAsk } = packets;
  useEffect(() => {
    if (whole === null || whole.thinned === 0 || view === null) return;
    let isWanted = true;
    const start = whole.atUs[0] ?? 0;
    const timer = setTimeout(() => {
      void tryAsk((client, sessionId) =>
        client.services.packets.series({
          ...{ sessionId, id, pointsMax },
          fromUs: Math.floor(start + view.from),
          toUs: Math.ceil(start + view.to),
        }),
      ).then((answer) => {
        if (isWanted && answer?.ok === true) setCloser({ whole, view, series: answer.value });
      });
    }, settleMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [id, whole, view, tryAsk]);
  const isOfThis = closer !== null && closer.whole === whole && closer.view === view;
  return isOfThis ? closer.series : whole;
}
