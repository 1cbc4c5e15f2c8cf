import { Facts } from '../../components/facts.tsx';
import { pairingAddress, type Pairing } from '../../format/pairing-step.ts';
import { Copyable } from './copyable.tsx';
import { QrCode } from './qr-code.tsx';

interface PairingCodeProps {
  readonly pairing: Pairing;
  /** The phone is there already: the code is for opening the page once more. */
  readonly isCompact: boolean;
}

/** What the phone scans, or a person types into it. It stays where it is through all steps. */
export function PairingCode({ pairing, isCompact }: PairingCodeProps) {
  const { address, host, port } = pairingAddress(pairing);
  return (
    <div className="pairing-code">
      <QrCode text={pairing.url} label={`QR code of ${pairing.url}`} />
      <p className="pairing-caption">
        {isCompact
          ? 'To open the page on the phone once more, scan it again.'
          : 'Point the camera of the phone at it, and open the link.'}
      </p>
      <h3>Or type</h3>
      <dl className="pairing-typed">
        <dt>in its browser</dt>
        <dd>
          <Copyable text={address} what="address" />
        </dd>
        <dt>and there the code</dt>
        <dd>
          <Copyable text={pairing.code} what="code" />
        </dd>
      </dl>
      <h3>Proxy for its Wi-Fi</h3>
      <Facts
        facts={[
          { name: 'Server', value: <Copyable text={host} what="server of the proxy" /> },
          { name: 'Port', value: <Copyable text={port} what="port of the proxy" /> },
        ]}
      />
    </div>
  );
}
