import type { Branch } from '../../../core/contract/exchanges.ts';
import { Term } from '../../components/term.tsx';
import { ToneSign } from '../../components/tone-sign.tsx';
import { formatCount } from '../../format/duration.ts';
import { formatShare } from '../../format/histogram.ts';

interface HostTableProps {
  readonly hosts: readonly Branch[];
  readonly more: number;
  readonly count: number;
  readonly onChoose: (host: string) => void;
}

const shownMax = 100;

/** Hosts with the most exchanges first. A name is a button that filters by the host. */
export function HostTable({ hosts, more, count, onChoose }: HostTableProps) {
  const left = more + Math.max(0, hosts.length - shownMax);
  return (
    <section className="hosts" aria-label="Hosts">
      <table className="host-table">
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col" className="right">
              Exchanges
            </th>
            <th scope="col" className="right">
              Share
            </th>
            <th scope="col" className="right">
              <Term meaning="Failed, or answered with 400 and above.">Problems</Term>
            </th>
            <th scope="col" className="right">
              <Term meaning="Problems among the exchanges of this host.">Problem rate</Term>
            </th>
          </tr>
        </thead>
        <tbody>
          {hosts.slice(0, shownMax).map((host) => (
            <tr key={host.name}>
              <th scope="row">
                <button
                  type="button"
                  className="link"
                  title="Filter by this host"
                  onClick={() => onChoose(host.name)}
                >
                  {host.name}
                </button>
              </th>
              <td className="number">{formatCount(host.count)}</td>
              <td className="number muted">{formatShare(host.count, count)}</td>
              <td className="number">
                {host.problems > 0 && <ToneSign tone="problem" />} {formatCount(host.problems)}
              </td>
              <td className="number muted">{formatShare(host.problems, host.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <p className="muted">
          {formatCount(left)} more host{left === 1 ? '' : 's'} with fewer exchanges. Filter to see them.
        </p>
      )}
    </section>
  );
}
