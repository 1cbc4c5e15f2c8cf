import type { ConversationRecord } from '../../../../core/model/exchange-record.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import type { Fact } from '../../../components/facts.tsx';

/** What the handshake of a leg settled on, and how the one who began it looked. */
export function tlsFacts(leg: ConversationRecord): readonly Fact[] {
  const isServer = leg.role === 'server';
  return [
    { name: 'TLS version', value: leg.tlsVersion },
    { name: 'Cipher', value: leg.tlsCipher, meaning: 'The algorithms the two ends agreed on.' },
    {
      name: 'Group',
      value: leg.tlsGroup,
      meaning: 'How the two ends agreed on a key. Left out where it is not known.',
    },
    {
      name: 'Resumed',
      value:
        leg.tlsVersion === null ? null : leg.tlsResumed ? 'Yes, an earlier session' : 'No, a full handshake',
      meaning:
        'A resumed handshake goes on with the keys of an earlier one: it is shorter and shows no certificate.',
    },
    {
      name: 'ALPN',
      value: alpnWords(leg),
      meaning:
        'The protocols offered inside the TLS handshake, and the one the server chose, such as h2 for HTTP/2.',
    },
    {
      name: 'SNI',
      value: leg.serverName,
      meaning:
        'The host name the client sent in the TLS handshake, by which a server chooses its certificate.',
    },
    {
      name: 'Client certificate',
      value: leg.clientCertificate,
      meaning: 'The certificate at hand for a server that asks who is connecting.',
    },
    fingerprintFact(isServer ? 'JA4 it saw' : 'JA4', leg.ja4, isServer),
    fingerprintFact(isServer ? 'JA3 it saw' : 'JA3', leg.ja3, isServer),
  ];
}

/** `h2, http/1.1 → h2`. */
function alpnWords({ alpn, alpnOffered }: ConversationRecord): string | null {
  if (alpnOffered.length === 0) return alpn;
  return `${alpnOffered.map(printable).join(', ')} → ${alpn === null ? 'none' : printable(alpn)}`;
}

/** A name is any bytes. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function fingerprintFact(name: string, fingerprint: string | null, isServer: boolean): Fact {
  return {
    name,
    value:
      fingerprint === null ? null : (
        <span className="fingerprint">
          <span className="mono">{fingerprint}</span>
          <CopyButton
            text={fingerprint}
            what={`${name.slice(0, 3)} of the ${isServer ? 'server' : 'client'} leg`}
          />
        </span>
      ),
    meaning: isServer
      ? 'The fingerprint by which the server tells clients apart: what it saw instead of the application.'
      : 'The fingerprint of the application’s own TLS hello, by which servers tell clients apart.',
  };
}
