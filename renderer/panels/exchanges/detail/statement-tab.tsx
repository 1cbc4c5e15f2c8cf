import type { QueryFacts } from '../../../../core/model/query-facts.ts';
import { andFilter } from '../../../../core/filter/edit-filter.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { formatCount } from '../../../format/duration.ts';
import { sameValueTerm } from '../../../format/same-value.ts';
import { useWindowState } from '../../../state/window-state.ts';
import type { TabProps } from './tab-props.ts';
import './statement-tab.css';

/** What was asked of a database, a name server or the like, with its parameters, and what is known of the answer. */
export function StatementTab({ detail: { question, exchange } }: TabProps) {
  const { filter } = useWindowState();
  if (question === null) return null;
  const { grouped } = exchange;
  const { statement, parameters, preview, facts } = question;
  return (
    <div className="tab-scroll statement">
      <section className="head-block">
        <h3>
          Statement
          <CopyButton text={statement} what="statement" />
          {grouped !== null && grouped !== '' && (
            <button
              type="button"
              className="button"
              title={`Lists what differs from it only in its values: ${grouped}`}
              onClick={() =>
                filter.set(andFilter(filter.state.get().text, sameValueTerm('statement', grouped)))
              }
            >
              Show all like this
            </button>
          )}
        </h3>
        {statement === '' ? (
          <p className="muted">It has no text.</p>
        ) : (
          <pre className="statement-text mono">{statement}</pre>
        )}
      </section>
      {parameters.length > 0 && (
        <section className="head-block">
          <h3>
            Parameters <span className="muted">{formatCount(parameters.length)}</span>
          </h3>
          <table className="fields mono" aria-label="Parameters">
            <tbody>
              {parameters.map((value, at) => (
                <tr key={at}>
                  <th scope="row">{at + 1}</th>
                  <td>
                    <Cell value={value} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {preview !== null && <Rows preview={preview} count={exchange.rowCount} />}
      {facts.length > 0 && (
        <section className="head-block">
          <h3>Also told</h3>
          <table className="fields" aria-label="Also told">
            <tbody>
              {facts.map(([name, value], at) => (
                <tr key={at}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}

interface RowsProps {
  readonly preview: NonNullable<QueryFacts['preview']>;
  readonly count: number | null;
}

/** The first rows of the answer. */
function Rows({ preview: { columns, rows }, count }: RowsProps) {
  const all = count ?? rows.length;
  return (
    <section className="head-block">
      <h3>
        Rows{' '}
        <span className="muted">
          {rows.length < all
            ? `the first ${formatCount(rows.length)} of ${formatCount(all)}`
            : formatCount(all)}
        </span>
      </h3>
      {rows.length === 0 ? (
        <p className="muted">
          {columns.length === 0 ? 'There are none.' : `None. Columns: ${columns.join(', ')}`}
        </p>
      ) : (
        <div className="statement-rows">
          <table className="mono" aria-label="Rows">
            {columns.length > 0 && (
              <thead>
                <tr>
                  {columns.map((name, at) => (
                    <th key={at} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
            )}
            <tbody>
              {rows.map((row, number) => (
                <tr key={number}>
                  {row.map((value, at) => (
                    <td key={at}>
                      <Cell value={value} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Cell({ value }: { readonly value: string | null }) {
  return value ?? <span className="muted">NULL</span>;
}
