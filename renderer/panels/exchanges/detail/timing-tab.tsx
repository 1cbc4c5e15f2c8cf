import { phaseWords } from '../../../../core/model/phase-words.ts';
import { exchangeTimings, type ExchangeTimings } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { Duration } from '../../../components/measure.tsx';
import { PhaseSwatch } from '../../../components/phase-swatch.tsx';
import { useNow } from '../../../components/use-now.ts';
import { formatDuration } from '../../../format/duration.ts';
import { LegChart } from './leg-chart.tsx';
import type { TabProps } from './tab-props.ts';

export function TimingTab({ detail }: TabProps) {
  const { exchange, clientLeg, serverLeg } = detail;
  const nowUs = useNow(exchange.state === 'open');
  const timings = exchangeTimings(exchange, nowUs, { client: clientLeg, server: serverLeg });
  return (
    <div className="tab-scroll timing">
      <LegChart timings={timings} />
      <ul className="timing-remarks">
        {timingRemarks(exchange, timings).map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
      <PhaseTable timings={timings} leg="server" />
      <PhaseTable timings={timings} leg="client" />
    </div>
  );
}

interface PhaseTableProps {
  readonly timings: ExchangeTimings;
  readonly leg: 'client' | 'server';
}

function PhaseTable({ timings, leg }: PhaseTableProps) {
  const totalUs = timings.endUs - timings.startUs;
  return (
    <table className="phases">
      <colgroup>
        <col className="column-swatch" />
        <col className="column-name" />
        <col className="column-figure" span={3} />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {leg === 'server' ? 'Server leg' : 'Client leg'}
          </th>
          <th scope="col" className="right" title="After the first request byte; negative: before it">
            Begins
          </th>
          <th scope="col" className="right">
            Time
          </th>
          <th scope="col" className="right" title="Of the time from the first request byte to the end">
            Share
          </th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {timings.phases
          .filter((phase) => phase.leg === leg)
          .map((phase) => {
            const words = phaseWords(phase.kind, leg);
            const us = phase.toUs - phase.fromUs;
            return (
              <tr key={phase.kind}>
                <td>
                  <PhaseSwatch kind={phase.kind} leg={leg} />
                </td>
                <th scope="row" title={words.meaning}>
                  {words.name}
                </th>
                <td className="number">{offset(phase.fromUs - timings.startUs)}</td>
                <td className="number">
                  <Duration us={us} />
                </td>
                <td className="number muted">
                  {phase.early ? 'before' : totalUs > 0 ? `${((us / totalUs) * 100).toFixed(1)} %` : '–'}
                </td>
                <td className="meaning muted" title={words.meaning}>
                  {words.meaning}
                </td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}

function offset(us: number): string {
  if (us === 0) return '0 ms';
  return us < 0 ? `−${formatDuration(-us)}` : formatDuration(us);
}

function timingRemarks(exchange: ExchangeRecord, timings: ExchangeTimings): string[] {
  const remarks: string[] = [];
  const early = timings.phases.filter((phase) => phase.leg === 'server' && phase.early);
  const earlyFromUs = Math.min(...early.map((phase) => phase.fromUs));
  if (early.length > 0) {
    const tookUs = Math.max(...early.map((phase) => phase.toUs)) - earlyFromUs;
    const agoUs = timings.startUs - earlyFromUs;
    remarks.push(
      `The connection to the server was made before this request, when the application asked for a tunnel: ${formatDuration(tookUs)}, begun ${formatDuration(agoUs)} before the first request byte. It is not part of the request’s time.`,
    );
  }
  if (exchange.serverReused)
    remarks.push('The server connection was already open: no lookup, connect or handshake.');
  if (exchange.addedUs !== null) remarks.push(`Plumbline itself added ${formatDuration(exchange.addedUs)}.`);
  if (exchange.clientStallUs > 0) {
    remarks.push(
      `The application did not take bytes for ${formatDuration(exchange.clientStallUs)} in all; reading from the server paused meanwhile. The chart shows the sum at the end of its phase.`,
    );
  }
  if (exchange.serverStallUs > 0) {
    remarks.push(
      `The server did not take bytes for ${formatDuration(exchange.serverStallUs)} in all; reading from the application paused meanwhile.`,
    );
  }
  if (timings.running) remarks.push('The exchange is still open: the last phase runs on.');
  return remarks;
}
