import { exchangeTimings } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Facts } from '../../../components/facts.tsx';
import { Duration, Size } from '../../../components/measure.tsx';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { useNow } from '../../../components/use-now.ts';
import { useTimeFormat } from '../../../components/use-preferences.ts';
import { longLivedWords } from '../../../../core/model/long-lived-words.ts';
import { formatCount } from '../../../format/duration.ts';
import { grpcFacts } from '../../../format/grpc-facts.ts';
import { exchangeTone, isTunnel } from '../../../format/tone.ts';
import { LegChart } from './leg-chart.tsx';
import { PhaseLegend } from './phase-legend.tsx';
import { Remarks } from './remarks.tsx';
import type { TabProps } from './tab-props.ts';

export function OverviewTab({ detail }: TabProps) {
  const { exchange, clientLeg, serverLeg, url } = detail;
  const timeOf = useTimeFormat();
  const nowUs = useNow(exchange.state === 'open');
  const timings = exchangeTimings(exchange, nowUs, { client: clientLeg, server: serverLeg });
  const tone = exchangeTone(exchange);
  return (
    <div className="tab-scroll">
      <Remarks exchange={exchange} />
      <div className="overview">
        <div>
          <Facts
            facts={[
              {
                name: 'Request',
                value: (
                  <>
                    <span className="mono">
                      {isTunnel(exchange) ? `Tunnel to ${url}` : `${exchange.method} ${url}`}
                    </span>
                    <CopyButton text={url} what="URL" />
                  </>
                ),
              },
              {
                name: 'Response',
                value: (
                  <span className={tone === 'problem' || tone === 'warning' ? tone : ''}>
                    {tone !== null && <ToneSign tone={tone} />} {responseWords(exchange)}
                  </span>
                ),
              },
              {
                name: 'Time',
                value: (
                  <Duration
                    us={timings.endUs - timings.startUs}
                    meaning="first request byte to last response byte"
                  />
                ),
              },
              {
                name: 'Stays open',
                value: exchange.longLived === null ? null : longLivedWords(exchange.longLived),
              },
              ...grpcFacts(detail),
              { name: 'Messages', value: messagesText(exchange) },
              { name: 'Started', value: timeOf(exchange.startedAtUs) },
              { name: 'Protocol', value: protocolText(exchange) },
              {
                name: 'Read from',
                meaning: 'It did not come through Plumbline’s proxy.',
                value: exchange.tier === 'packets' ? 'captured packets' : null,
              },
              { name: 'Type', value: exchange.contentType },
              {
                name: 'Sent',
                meaning: 'Body bytes of the request on the wire, framing excluded.',
                value: <Size bytes={exchange.requestBytes} />,
              },
              {
                name: 'Received',
                meaning: 'Body bytes of the response on the wire, framing excluded.',
                value: <Size bytes={exchange.responseBytes} />,
              },
              {
                name: 'Server',
                value: serverLeg === null ? null : <span className="mono">{endpoint(serverLeg)}</span>,
              },
            ]}
          />
        </div>
        <div>
          <LegChart timings={timings} tier={exchange.tier} />
          <PhaseLegend timings={timings} />
        </div>
      </div>
    </div>
  );
}

function messagesText({ requestMessages, responseMessages }: ExchangeRecord): string | null {
  if (requestMessages + responseMessages === 0) return null;
  return `${formatCount(requestMessages)} sent, ${formatCount(responseMessages)} received`;
}

function protocolText({ protocol, h2Stream }: ExchangeRecord): string {
  return h2Stream === null ? protocol : `${protocol}, stream ${h2Stream}`;
}

function responseWords(exchange: ExchangeRecord): string {
  if (exchange.status !== null) return `${exchange.status} ${exchange.statusText ?? ''}`;
  if (isTunnel(exchange)) return 'Passed through unread';
  return exchange.state === 'open' ? 'None yet' : 'None';
}

function endpoint({
  remoteAddress,
  remotePort,
}: {
  readonly remoteAddress: string;
  readonly remotePort: number;
}): string {
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
