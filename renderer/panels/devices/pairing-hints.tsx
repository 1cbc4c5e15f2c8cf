import { useContext } from 'react';
import type { DevicesState } from '../../../core/contract/devices.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import { KeysActive } from '../../components/use-keys.ts';
import { useNow } from '../../components/use-now.ts';
import { formatElapsed } from '../../format/duration.ts';
import { Copyable } from './copyable.tsx';

/** From then on somebody who holds a phone in the hand looks for what is wrong. */
const lateUs = 20_000_000;

interface PairingHintsProps {
  readonly beganAtUs: number;
  readonly port: string;
  readonly firewall: DevicesState['firewall'];
}

/** What keeps a phone from coming: said quietly at first, and plainly once it is late. Nothing moves when it turns. */
export function PairingHints({ beganAtUs, port, firewall }: PairingHintsProps) {
  const waitedUs = useNow(useContext(KeysActive), 1000) - beganAtUs;
  const isLate = waitedUs >= lateUs;
  return (
    <section className={`pairing-hints${isLate ? ' late' : ' muted'}`} aria-labelledby="pairing-hints">
      <h3 id="pairing-hints">
        <ToneSign tone={isLate ? 'warning' : 'note'} />
        {isLate
          ? `No phone has come for ${formatElapsed(waitedUs)}. The usual reasons:`
          : 'If the page does not open on the phone'}
      </h3>
      <p className="visually-hidden" role="status">
        {isLate ? 'No phone has come yet. The usual reasons are listed here.' : ''}
      </p>
      <dl>
        <div>
          <dt>Another network</dt>
          <dd>The phone must be in the same Wi-Fi as this computer. Mobile data does not lead here.</dd>
        </div>
        <div>
          <dt>Guest Wi-Fi</dt>
          <dd>It keeps devices apart. Use the main Wi-Fi, or a hotspot of the phone for this computer.</dd>
        </div>
        <div>
          <dt>VPN</dt>
          <dd>Turn it off for the moment, on the phone and on this computer.</dd>
        </div>
        <div>
          <dt>Firewall</dt>
          {firewall === null ? (
            <dd>That of this computer must let Plumbline take connections on port {port}.</dd>
          ) : (
            <dd>
              {firewall.name} is on.{' '}
              {firewall.command === null ? (
                'Allow Plumbline to take incoming connections when the system asks.'
              ) : (
                <>
                  Let phones in by <Copyable text={firewall.command} what="the command" />
                </>
              )}
            </dd>
          )}
        </div>
      </dl>
    </section>
  );
}
