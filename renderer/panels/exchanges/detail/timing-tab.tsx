import { useState } from 'react';
import { exchangeTimings, type ExchangeTimings } from '../../../../core/model/timings.ts';
import type { ExchangeRecord, Tier } from '../../../../core/model/exchange-record.ts';
import { longLivedWords } from '../../../../core/model/long-lived-words.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { useNow } from '../../../components/use-now.ts';
import { formatDuration } from '../../../format/duration.ts';
import { addedSentence, starvedSentences } from '../../../format/delay-words.ts';
import { harSentence, timingTableText } from '../../../format/timing-table.ts';
import { legsOf } from '../../../format/leg-words.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import { LegChart } from './leg-chart.tsx';
import { MedianLine } from './median-line.tsx';
import { PhaseTable } from './phase-table.tsx';
import { ServerTimings } from './server-timings.tsx';
import type { TabProps } from './tab-props.ts';
import './timing.css';

export function TimingTab({ detail }: TabProps) {
  const { exchange, clientLeg, serverLeg } = detail;
  const nowUs = useNow(exchange.state === 'open');
  const timings = exchangeTimings(exchange, nowUs, { client: clientLeg, server: serverLeg });
  const [zoom, setZoom] = useState<TimeRange | null>(null);
  const har = exchange.state === 'open' ? null : harSentence(exchange, timings.endUs - timings.startUs);
  return (
    <div className="tab-scroll timing">
      <LegChart timings={timings} tier={exchange.tier} zoom={zoom} onZoom={setZoom} />
      <div className="timing-actions">
        {exchange.state !== 'open' && exchange.longLived === null && <MedianLine exchange={exchange} />}
        <span className="spacer" />
        {zoom !== null && (
          <button type="button" className="button quiet" onClick={() => setZoom(null)}>
            Whole time
          </button>
        )}
        <CopyButton text={timingTableText(timings)} what="phases as a table" label="Copy" />
      </div>
      <ul className="timing-remarks">
        {timingRemarks(exchange, timings).map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
      {legsOf(exchange.tier).map((leg) => (
        <PhaseTable key={leg} timings={timings} leg={leg} tier={exchange.tier} />
      ))}
      <ServerTimings detail={detail} />
      {har !== null && <p className="timing-har muted">{har}</p>}
    </div>
  );
}

const earlyWords: Readonly<Record<Tier, string>> = {
  proxy: 'The connection to the server was made before this request, when the application asked for a tunnel',
  packets: 'The connection to the server was made before this request',
};

function timingRemarks(exchange: ExchangeRecord, timings: ExchangeTimings): string[] {
  const remarks: string[] = [];
  const early = timings.phases.filter((phase) => phase.leg === 'server' && phase.early);
  const earlyFromUs = Math.min(...early.map((phase) => phase.fromUs));
  if (early.length > 0) {
    const tookUs = Math.max(...early.map((phase) => phase.toUs)) - earlyFromUs;
    const agoUs = timings.startUs - earlyFromUs;
    remarks.push(
      `${earlyWords[exchange.tier]}: ${formatDuration(tookUs)}, begun ${formatDuration(agoUs)} before the first request byte. It is not part of the request’s time.`,
    );
  }
  if (exchange.serverReused)
    remarks.push('The server connection was already open: no lookup, connect or handshake.');
  if (exchange.longLived !== null) remarks.unshift(longLivedWords(exchange.longLived));
  if (exchange.addedUs !== null) remarks.push(addedSentence(exchange.addedUs, exchange.loopDelayUs));
  remarks.push(...starvedSentences(exchange));
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
