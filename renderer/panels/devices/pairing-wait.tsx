import type { DevicesState } from '../../../core/contract/devices.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import { pairingAddress, type Pairing } from '../../format/pairing-step.ts';
import { PairingHints } from './pairing-hints.tsx';
import { PairingNetworks } from './pairing-networks.tsx';
import { Strangers } from './strangers.tsx';

interface PairingWaitProps {
  readonly state: DevicesState;
  readonly pairing: Pairing;
}

/** Until a phone gives the code: where it must be, what comes next, and what may keep it away. */
export function PairingWait({ state, pairing }: PairingWaitProps) {
  return (
    <div className="pairing-side">
      <PairingNetworks networks={state.networks} chosen={state.chosen} />
      <section aria-labelledby="pairing-next">
        <h3 id="pairing-next">What comes next</h3>
        <p>
          The phone shows the steps for its own system: it is given a proxy for its Wi-Fi, and a certificate
          to trust. Each step is ticked off here as soon as it has worked.
        </p>
      </section>
      {pairing.hasVisitor ? (
        <div className="pairing-hints">
          <h3>
            <ToneSign tone="note" /> A device has come
          </h3>
          <p>
            It reaches this computer. Type the code into its page, or scan the QR code and open the link.
            {state.strangers.length > 0 && ' One that can do neither is allowed below.'}
          </p>
        </div>
      ) : (
        <PairingHints
          beganAtUs={pairing.beganAtUs}
          port={pairingAddress(pairing).port}
          firewall={state.firewall}
        />
      )}
      <Strangers strangers={state.strangers} />
    </div>
  );
}
