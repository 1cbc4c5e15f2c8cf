import { readServerTimings } from '../../../../core/model/server-timing.ts';
import { Term } from '../../../components/term.tsx';
import { formatDuration } from '../../../format/duration.ts';
import { fieldValues } from './head-fields.ts';
import type { TabProps } from './tab-props.ts';

/** What the server says of its own time, in the head or behind the body. */
export function ServerTimings({ detail }: TabProps) {
  const trailers = detail.responseTrailers
    .filter(([name]) => name.toLowerCase() === 'server-timing')
    .map(([, value]) => value);
  const timings = readServerTimings([...fieldValues(detail.response, 'server-timing'), ...trailers]);
  if (timings.length === 0) return null;
  const { waitUs } = detail.exchange;
  return (
    <table className="phases">
      <colgroup>
        <col className="column-server" />
        <col className="column-figure" span={2} />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <Term meaning="The field Server-Timing of the response: times that the server measured itself. They are part of the wait, may overlap, and are not checked.">
              Server’s own times
            </Term>
          </th>
          <th scope="col" className="right">
            Time
          </th>
          <th scope="col" className="right">
            <Term meaning="Share of the wait for the first response byte.">Of the wait</Term>
          </th>
          <th scope="col">Description</th>
        </tr>
      </thead>
      <tbody>
        {timings.map(({ name, durationMs, description }, at) => (
          <tr key={at}>
            <th scope="row" className="mono ellipsis" title={name}>
              {name}
            </th>
            <td className="number">{durationMs === null ? '–' : formatDuration(durationMs * 1000)}</td>
            <td className="number muted">
              {durationMs === null || waitUs === null || waitUs === 0
                ? '–'
                : `${((durationMs * 100_000) / waitUs).toFixed(1)} %`}
            </td>
            <td className="meaning muted">{description ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
