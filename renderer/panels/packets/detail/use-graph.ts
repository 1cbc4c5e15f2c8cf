import { useEffect, useState } from 'react';
import type { Counted } from '../../../format/io-graph.ts';
import type { AxisRange } from '../../../format/plot/plot-scale.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface Graph {
  /** The list first, then the other filters in their order. */
  readonly lines: readonly { readonly filter: string; readonly counted: Counted }[];
  /** All of the time, from its beginning; null before anything was counted. */
  readonly whole: AxisRange | null;
  readonly startUs: number;
  readonly problem: string | null;
}

const parts = 400;
const settleMs = 150;
const refreshMs = 1000;

/** Counts over time of what the list shows and of other filters, those of a stretch while one is looked at. */
export function useGraph(others: readonly string[], view: AxisRange | null): Graph {
  const { packets } = useWindowState();
  const { generation, filter, scope, count, loaded } = useStore(packets.view.state);
  const viewIds = useOtherViews(others);
  const [graph, setGraph] = useState<Graph>({ lines: [], whole: null, startUs: 0, problem: null });
  const [counted, setCounted] = useState(-1);
  const isMore = counted >= 0 && counted !== count;
  const { startUs } = graph;
  useEffect(() => {
    if (!loaded || count === 0) return;
    let isWanted = true;
    const range =
      view === null
        ? { fromUs: null, toUs: null }
        : { fromUs: Math.floor(startUs + view.from), toUs: Math.ceil(startUs + view.to) };
    const load = async () => {
      const own = await packets.view.ask((client, viewId) =>
        client.services.packets.graph({ viewId, buckets: parts, ...range }),
      );
      if (own === null) return;
      const lines = [{ filter, counted: own }];
      for (const { filter: other, viewId } of viewIds) {
        const answer = await packets.ask((client) =>
          client.services.packets.graph({ viewId, buckets: parts, fromUs: own.fromUs, toUs: own.toUs }),
        );
        if (answer !== null) lines.push({ filter: other, counted: answer });
      }
      if (!isWanted) return;
      setCounted(count);
      setGraph((before) =>
        view === null
          ? {
              lines,
              startUs: own.fromUs,
              whole: { from: 0, to: Math.max(100, own.toUs - own.fromUs) },
              problem: null,
            }
          : { ...before, lines },
      );
    };
    const timer = setTimeout(() => void load(), isMore ? refreshMs : settleMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [packets, generation, filter, scope, count, loaded, view, viewIds, startUs, isMore]);
  return loaded && count === 0 ? { ...graph, lines: [], whole: null } : graph;
}

/** A view of the engine for each other filter, over the same packets as the list. */
function useOtherViews(
  others: readonly string[],
): readonly { readonly filter: string; readonly viewId: number }[] {
  const { packets, connection } = useWindowState();
  const { scope } = useStore(packets.view.state);
  const [opened, setOpened] = useState<readonly { readonly filter: string; readonly viewId: number }[]>([]);
  useEffect(() => {
    if (others.length === 0) return;
    let isWanted = true;
    const ids: number[] = [];
    const close = (viewId: number) => void connection.client()?.services.packets.closeView({ viewId });
    const open = async () => {
      const found: { filter: string; viewId: number }[] = [];
      for (const filter of others) {
        const answer = await packets.ask((client, sessionId) =>
          client.services.packets.openView({ sessionId, scope, filter }),
        );
        if (answer === null) continue;
        if (!isWanted) return close(answer.viewId);
        ids.push(answer.viewId);
        found.push({ filter, viewId: answer.viewId });
      }
      if (isWanted) setOpened(found);
    };
    void open();
    return () => {
      isWanted = false;
      ids.forEach(close);
      setOpened([]);
    };
  }, [others, scope, packets, connection]);
  return opened;
}
