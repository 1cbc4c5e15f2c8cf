import {
  groupFields,
  type ExchangeGroup,
  type GroupField,
  type GroupOrder,
} from '../../../core/contract/exchanges.ts';
import { Term } from '../../components/term.tsx';
import { ToneSign } from '../../components/tone-sign.tsx';
import { formatCount, formatDuration } from '../../format/duration.ts';
import { groupWords, orderWords } from '../../format/group-words.ts';
import { formatShare } from '../../format/histogram.ts';
import type { GroupsState } from '../../state/statistics.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Choice } from './choice.tsx';

interface GroupTableProps {
  readonly state: GroupsState;
  /** Exchanges that the filter shows. */
  readonly count: number;
  readonly onChoose: (by: GroupField, name: string) => void;
}

const columns: readonly GroupOrder[] = ['count', 'total', 'p50', 'p95', 'max', 'rows', 'problems'];

/** Exchanges by host, statement and the like. A head sorts, the greatest first; a name is a button that filters by it. */
export function GroupTable({ state, count, onChoose }: GroupTableProps) {
  const { statistics } = useWindowState();
  const chosen = useStore(statistics.groupedBy);
  const { by, order, groups, more } = state;
  const words = groupWords[by];
  const shown = columns.filter((column) => column !== 'rows' || by === 'statement');
  return (
    <section className="groups" aria-label="Groups">
      <div className="statistics-head">
        <Choice
          label="Grouped by"
          value={chosen}
          options={groupFields}
          nameOf={(field) => groupWords[field].name}
          onChoose={statistics.groupBy}
        />
        {state.count < count && groups.length > 0 && (
          <span className="muted">
            {formatCount(state.count)} of {formatCount(count)} exchanges {state.count === 1 ? 'has' : 'have'}{' '}
            {words.having}.
          </span>
        )}
      </div>
      {groups.length === 0 ? (
        <p className="muted">{nothingWords(by)}</p>
      ) : (
        <table className="group-table">
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              {shown.map((column) => (
                <th
                  key={column}
                  scope="col"
                  className="right"
                  aria-sort={column === order ? 'descending' : undefined}
                >
                  <Term
                    meaning={`${orderWords[column].meaning} Press to sort by it.`}
                    onPress={() => statistics.sortBy(column)}
                  >
                    {orderWords[column].name}
                    {column === order && <span aria-hidden="true"> ↓</span>}
                  </Term>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.name}>
                <th scope="row">
                  <button
                    type="button"
                    className={by === 'statement' ? 'link mono' : 'link'}
                    title={`${group.name}\nPress to filter by this ${words.name.toLowerCase()}`}
                    onClick={() => onChoose(by, group.name)}
                  >
                    {group.name}
                  </button>
                </th>
                {shown.map((column) => (
                  <td key={column} className="number">
                    <Cell column={column} group={group} totalUs={state.totalUs} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && (
        <p className="muted">
          {formatCount(more)} more {more === 1 ? `${words.name.toLowerCase()} comes` : `${words.many} come`}{' '}
          behind these. Sort by another column, or filter, to see them.
        </p>
      )}
    </section>
  );
}

interface CellProps {
  readonly column: GroupOrder;
  readonly group: ExchangeGroup;
  readonly totalUs: number;
}

function Cell({ column, group, totalUs }: CellProps) {
  switch (column) {
    case 'count':
      return formatCount(group.count);
    case 'rows':
      return formatCount(group.rows);
    case 'problems':
      return (
        <>
          {group.problems > 0 && <ToneSign tone="problem" />} {formatCount(group.problems)}{' '}
          <span className="share muted">
            {group.problems > 0 && formatShare(group.problems, group.count)}
          </span>
        </>
      );
    case 'total':
      if (group.time === null) return <span className="muted">–</span>;
      return (
        <>
          {formatDuration(group.totalUs)}{' '}
          <span className="share muted">{formatShare(group.totalUs, totalUs)}</span>
        </>
      );
    default:
      return group.time === null ? <span className="muted">–</span> : formatDuration(group.time[column]);
  }
}

function nothingWords(by: GroupField): string {
  if (by === 'statement')
    return 'None of these exchanges has a statement. Statements are read from packets: capture the traffic between a program and its database, or import a capture of it.';
  return `None of these exchanges has ${groupWords[by].having}. Group by something else.`;
}
