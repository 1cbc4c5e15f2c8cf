import { useContext, useEffect } from 'react';
import { andFilter } from '../../../core/filter/edit-filter.ts';
import { Term } from '../../components/term.tsx';
import { KeysActive } from '../../components/use-keys.ts';
import { formatCount } from '../../format/duration.ts';
import { bucketTerm, formatMeasured, formatShare } from '../../format/histogram.ts';
import { problemWords } from '../../format/problem-words.ts';
import { sameValueTerm } from '../../format/same-value.ts';
import { statisticsFields, type StatisticsState } from '../../state/statistics.ts';
import { useField, useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Choice } from './choice.tsx';
import { GroupTable } from './group-table.tsx';
import { Histogram } from './histogram.tsx';
import { measuredWords } from './measured-words.ts';
import './statistics.css';

/** Figures of everything that the filter shows. */
export function StatisticsPanel() {
  const { statistics, view } = useWindowState();
  const state = useStore(statistics.state);
  const filter = useField(view.state, 'filter');
  const active = useContext(KeysActive);
  const { look } = statistics;
  useEffect(() => {
    look(active);
    return () => look(false);
  }, [look, active]);

  if (state === null) return <div className="statistics" />;
  return (
    <div className="statistics" tabIndex={-1} data-part>
      {state.summary.count === 0 ? <Nothing filtered={filter !== ''} /> : <Figures state={state} />}
    </div>
  );
}

function Nothing({ filtered }: { readonly filtered: boolean }) {
  const { filter } = useWindowState();
  return (
    <div className="statistics-column">
      <h2>{filtered ? 'No exchange matches the filter' : 'Nothing to count yet'}</h2>
      <p>
        This place sums up the exchanges that the filter shows: how long they took, how often which time
        occurs, and which hosts, database statements or applications took the time.{' '}
        {filtered ? 'Clear the filter to see all of them.' : 'Record a few requests, then come back.'}
      </p>
      {filtered && (
        <button type="button" className="button" onClick={filter.clear}>
          Clear the filter
        </button>
      )}
    </div>
  );
}

function Figures({ state }: { readonly state: StatisticsState }) {
  const { statistics, filter, view } = useWindowState();
  const chosen = useStore(statistics.field);
  const { field, summary, percentiles, count } = state;
  const narrow = (term: string) => filter.set(andFilter(view.state.get().filter, term));
  const figures =
    percentiles === null
      ? []
      : ([
          ['Minimum', percentiles.min, 'The smallest value.'],
          ['p50', percentiles.p50, 'The median: half of the exchanges do not exceed it.'],
          ['p90', percentiles.p90, 'Nine of ten exchanges do not exceed it.'],
          ['p95', percentiles.p95, '95 of 100 exchanges do not exceed it.'],
          ['p99', percentiles.p99, '99 of 100 exchanges do not exceed it.'],
          ['Maximum', percentiles.max, 'The largest value.'],
        ] as const);
  return (
    <div className="statistics-column">
      <div className="statistics-head">
        <Choice
          label="Distribution of"
          value={chosen}
          options={statisticsFields}
          nameOf={(name) => measuredWords[name].name}
          onChoose={statistics.setField}
        />
        <span className="muted">{measuredWords[field].meaning}</span>
      </div>
      <dl className="figures">
        <Figure name="Exchanges" meaning="That the filter shows.">
          {formatCount(summary.count)}
        </Figure>
        <Figure name="Problems" meaning={`${problemWords}.`}>
          {formatCount(summary.problems)}{' '}
          <span className="muted">{formatShare(summary.problems, summary.count)}</span>
        </Figure>
        {figures.map(([name, value, meaning]) => (
          <Figure key={name} name={name} meaning={meaning}>
            {formatMeasured(field, value)}
          </Figure>
        ))}
      </dl>
      {percentiles === null ? (
        <p className="muted">None of these exchanges has this measure. Choose another one above.</p>
      ) : (
        <>
          <Histogram
            field={field}
            buckets={state.buckets}
            percentiles={percentiles}
            count={count}
            onChoose={(bucket) => narrow(bucketTerm(field, bucket))}
          />
          {count < summary.count && (
            <p className="muted">
              {formatCount(count)} of {formatCount(summary.count)} exchanges have this measure. Those that
              stay open on purpose, such as WebSockets and event streams, are left out of times.
            </p>
          )}
        </>
      )}
      <GroupTable
        state={state.groups}
        count={summary.count}
        onChoose={(by, name) => narrow(sameValueTerm(by, name))}
      />
    </div>
  );
}

interface FigureProps {
  readonly name: string;
  readonly meaning: string;
  readonly children: React.ReactNode;
}

function Figure({ name, meaning, children }: FigureProps) {
  return (
    <div>
      <dt>
        <Term meaning={meaning}>{name}</Term>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
