import { CopyButton } from '../../components/copy-button.tsx';
import type { Pairing } from '../../format/pairing-step.ts';
import { QrCode } from './qr-code.tsx';

interface PairingCodeProps {
  readonly pairing: Pairing;
  readonly listener: string | null;
  /** The phone is there already: the code is for opening the page once more. */
  readonly isCompact: boolean;
}

/** What the phone scans, or a person types into it. It stays where it is through all steps. */
export function PairingCode({ pairing, listener, isCompact }: PairingCodeProps) {
  const address = listener === null ? '' : `http://${listener}`;
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
          <span className="mono">{address}</span>
          <CopyButton text={address} what="address" />
        </dd>
        <dt>and there the code</dt>
        <dd>
          <span className="mono">{pairing.code}</span>
          <CopyButton text={pairing.code} what="code" />
        </dd>
      </dl>
    </div>
  );
}
