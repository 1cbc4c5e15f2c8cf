import { useMemo, useState } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { Plot } from '../../../components/plot/plot.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { graphLinesMax, graphPicture, type GraphMetric } from '../../../format/io-graph.ts';
import type { AxisRange } from '../../../format/plot/plot-scale.ts';
import { useField } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useGraph } from './use-graph.ts';

/** Packets or bytes over time of what the list shows, and of other filters beside it. */
export function GraphTab() {
  const { packets } = useWindowState();
  const listFilter = useField(packets.view.state, 'filter');
  const [metric, setMetric] = useState<GraphMetric>('packets');
  const [others, setOthers] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [chosenView, setView] = useState<AxisRange | null>(null);
  const graph = useGraph(others, chosenView);
  const { lines, whole, startUs } = graph;
  const picture = useMemo(() => {
    if (lines.length === 0 || whole === null) return null;
    const named = lines.map(({ filter, counted }, at) => ({
      label:
        at === 0 ? (listFilter === '' ? 'All shown' : `List: ${shortened(listFilter)}`) : shortened(filter),
      counted,
    }));
    return graphPicture(named, metric, whole, startUs);
  }, [lines, whole, startUs, metric, listFilter]);
  const add = async () => {
    const filter = typed.trim();
    if (filter === '') return;
    const checked = await packets.ask((client) => client.services.packets.checkFilter({ filter }));
    if (checked === null) return;
    setProblem(checked.problem);
    if (checked.problem !== null) return;
    setOthers([...others.filter((each) => each !== filter), filter]);
    setTyped('');
  };
  return (
    <div className="graph-tab">
      <div className="stream-bar">
        <Segmented
          label="Count"
          segments={[
            { value: 'packets', label: 'Packets' },
            { value: 'bytes', label: 'Bytes' },
          ]}
          value={metric}
          onChange={setMetric}
        />
        {others.map((filter) => (
          <span key={filter} className="packet-scope">
            <span className="mono ellipsis">{shortened(filter)}</span>
            <button
              type="button"
              aria-label={`Take away the line ${filter}`}
              onClick={() => setOthers(others.filter((each) => each !== filter))}
            >
              <Icon name="close" size={12} />
            </button>
          </span>
        ))}
        {others.length + 1 < graphLinesMax && (
          <form
            className="graph-add"
            onSubmit={(event) => {
              event.preventDefault();
              void add();
            }}
          >
            <input
              className="field mono"
              placeholder="Another line: dns"
              aria-label="Display filter of another line"
              aria-invalid={problem !== null}
              spellCheck={false}
              maxLength={8192}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setProblem(null);
              }}
            />
            <button type="submit" className="button" disabled={typed.trim() === ''}>
              Add
            </button>
          </form>
        )}
        {problem !== null && (
          <span className="problem" role="alert">
            {problem}
          </span>
        )}
      </div>
      {picture === null || whole === null ? (
        <p className="detail-empty muted">{graph.problem ?? 'No packets to count.'}</p>
      ) : (
        <Plot
          picture={picture}
          view={chosenView ?? whole}
          onView={(next) => setView(next.from <= whole.from && next.to >= whole.to ? null : next)}
        />
      )}
    </div>
  );
}

const labelCharsMax = 40;

function shortened(filter: string): string {
  return filter.length <= labelCharsMax ? filter : `${filter.slice(0, labelCharsMax - 1)}…`;
}
