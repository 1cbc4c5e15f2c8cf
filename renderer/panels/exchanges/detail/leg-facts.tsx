import type { ConversationRecord, ExchangeRecord, Way } from '../../../../core/model/exchange-record.ts';
import { Facts } from '../../../components/facts.tsx';
import { Duration, Size } from '../../../components/measure.tsx';
import { useTimeFormat } from '../../../components/use-preferences.ts';

interface LegFactsProps {
  readonly leg: ConversationRecord;
  readonly exchange: ExchangeRecord;
}

export function LegFacts({ leg, exchange }: LegFactsProps) {
  const timeOf = useTimeFormat();
  const server = leg.role === 'server';
  const reused = server ? exchange.serverReused : exchange.clientReused;
  return (
    <Facts
      facts={[
        {
          name: server ? 'Server' : 'Application',
          value: <span className="mono">{endpoint(leg.remoteAddress, leg.remotePort)}</span>,
        },
        {
          name: 'Plumbline',
          value: <span className="mono">{endpoint(leg.localAddress, leg.localPort)}</span>,
        },
        {
          name: 'Way',
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
          name: 'Via',
          value: leg.via === null ? null : <span className="mono">{leg.via}</span>,
          meaning: 'The upstream proxy that the connection went through.',
        },
        { name: 'Name looked up', value: leg.hostName },
        {
          name: server ? 'Dialled' : 'Accepted',
          value: timeOf(leg.openedAtUs),
        },
        { name: 'Closed', value: closedWords(leg, timeOf) },
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
          name: 'TLS',
          value: span(leg.tlsFromUs, leg.tlsToUs),
          meaning: 'Agreeing on encryption: one or two round trips.',
        },
        { name: 'TLS version', value: leg.tlsVersion },
        {
          name: 'Key exchange',
          value: leg.tlsGroup,
          meaning: 'The group that the keys were agreed on with.',
        },
        {
          name: 'Resumed',
          value:
            leg.tlsVersion === null
              ? null
              : leg.tlsResumed
                ? 'Yes, an earlier handshake'
                : 'No, a full handshake',
          meaning: 'A handshake that goes on from an earlier one is shorter.',
        },
        { name: 'Cipher', value: leg.tlsCipher, meaning: 'The algorithms the two ends agreed on.' },
        {
          name: 'ALPN',
          value: leg.alpn,
          meaning: 'The protocol agreed on inside the TLS handshake, such as h2 for HTTP/2.',
        },
        {
          name: 'ALPN offered',
          value: leg.alpnOffered.length === 0 ? null : leg.alpnOffered.join(', '),
          meaning: 'The protocols that were offered for it, the preferred one first.',
        },
        {
          name: 'Client certificate',
          value: leg.clientCertificate,
          meaning: 'The certificate by which the client said who it is.',
        },
        {
          name: 'JA4',
          value: leg.ja4 === null ? null : <span className="mono">{leg.ja4}</span>,
          meaning: server
            ? 'Fingerprint of the handshake as the server saw it: that of Plumbline, not of the application.'
            : 'Fingerprint of the application’s handshake; the same program has mostly the same one.',
        },
        {
          name: 'JA3',
          value: leg.ja3 === null ? null : <span className="mono">{leg.ja3}</span>,
          meaning: 'An older fingerprint of the handshake.',
        },
        {
          name: 'SNI',
          value: leg.serverName,
          meaning:
            'The host name the client sent in the TLS handshake, by which a server chooses its certificate.',
        },
        { name: 'Read', value: <Size bytes={leg.bytesIn} meaning="wire bytes of the whole connection" /> },
        {
          name: 'Written',
          value: <Size bytes={leg.bytesOut} meaning="wire bytes of the whole connection" />,
        },
      ]}
    />
  );
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

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
