import type { ConversationRecord, ExchangeRecord, Way } from '../../../../core/model/exchange-record.ts';
import { Facts } from '../../../components/facts.tsx';
import { Duration, Size } from '../../../components/measure.tsx';
import { useTimeFormat } from '../../../components/use-preferences.ts';
import { legEnds } from '../../../format/leg-ends.ts';
import { tlsFacts } from './tls-facts.tsx';

interface LegFactsProps {
  readonly leg: ConversationRecord;
  readonly exchange: ExchangeRecord;
}

export function LegFacts({ leg, exchange }: LegFactsProps) {
  const timeOf = useTimeFormat();
  const server = leg.role === 'server';
  // Of a conversation in packets, these are known when its capture has ended.
  const isEndUnknown = exchange.tier === 'packets' && leg.closedAtUs === null;
  const reused = server ? exchange.serverReused : exchange.clientReused;
  return (
    <Facts
      facts={[
        ...legEnds(leg, exchange).map(({ value, ...end }) => ({
          ...end,
          value: value === null ? null : <span className="mono">{value}</span>,
        })),
        {
          name: 'Way in',
          value: leg.way === null ? null : wayWords[leg.way],
          meaning: 'How the application came to Plumbline.',
        },
        {
          name: 'Process',
          value: processText(leg),
          meaning: 'The process on this computer at the other end, with its number.',
        },
        {
          name: 'Program',
          value: leg.processPath === null ? null : <span className="mono">{leg.processPath}</span>,
        },
        { name: 'Device', value: leg.device, meaning: 'What the other machine seems to be.' },
        {
          name: exchange.tier === 'packets' ? 'Opened' : server ? 'Dialled' : 'Accepted',
          value: timeOf(leg.openedAtUs),
        },
        { name: 'Closed', value: isEndUnknown ? null : closedWords(leg, timeOf) },
        {
          name: 'Reused',
          value: reused ? 'Yes, an earlier exchange used this connection' : 'No, made for this exchange',
        },
        {
          name: 'DNS',
          value: span(leg.dnsFromUs, leg.dnsToUs),
          meaning: 'Looking up the addresses of the name.',
        },
        {
          name: 'TCP',
          value: span(leg.connectFromUs, leg.connectToUs),
          meaning: 'Making the TCP connection: one round trip.',
        },
        {
          name: 'Proxy handshake',
          value: proxyTime(leg),
          meaning:
            'What the upstream proxy took before it handed bytes on: its own TLS, and CONNECT or SOCKS. It counts as blocked.',
        },
        {
          name: 'TLS',
          value: span(leg.tlsFromUs, leg.tlsToUs),
          meaning: 'Agreeing on encryption: one or two round trips.',
        },
        ...tlsFacts(leg),
        {
          name: 'Read',
          value: isEndUnknown ? null : <Size bytes={leg.bytesIn} meaning={wholeConnection} />,
        },
        {
          name: 'Written',
          value: isEndUnknown ? null : <Size bytes={leg.bytesOut} meaning={wholeConnection} />,
        },
      ]}
    />
  );
}

const wholeConnection = 'wire bytes of the whole connection';

function proxyTime({ dialAttempts }: ConversationRecord) {
  const steps = dialAttempts.filter(({ step }) => step !== undefined);
  const us = steps.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
  return steps.length === 0 ? null : <Duration us={us} />;
}

const wayWords: Readonly<Record<Way, string>> = {
  proxy: 'as an HTTP proxy',
  connect: 'as an HTTP proxy, by CONNECT',
  socks4: 'SOCKS4',
  socks4a: 'SOCKS4a',
  socks5: 'SOCKS5',
  transparent: 'transparent: the system redirected it',
  reverse: 'reverse: Plumbline stands in for the server',
};

function processText({ processId, processName }: ConversationRecord): string | null {
  if (processName === null && processId === null) return null;
  return [processName, processId === null ? null : `(${processId})`].filter(Boolean).join(' ');
}

function span(fromUs: number | null, toUs: number | null) {
  if (fromUs === null) return null;
  return toUs === null ? 'not finished' : <Duration us={toUs - fromUs} />;
}

function closedWords(leg: ConversationRecord, timeOf: (us: number) => string): string {
  if (leg.closedAtUs === null) return 'still open';
  return `${timeOf(leg.closedAtUs)}${leg.closedBy === null ? '' : ` by ${leg.closedBy}`}`;
}
