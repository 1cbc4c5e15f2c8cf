import type { DevicesState } from '../../../core/contract/devices.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import type { PairingStep } from '../../format/pairing-step.ts';
import { useWindowState } from '../../state/window-state.ts';
import { PairingNetworks } from './pairing-networks.tsx';

type BlockedStep = Extract<
  PairingStep,
  { readonly kind: 'no-network' | 'not-recording' | 'closed' | 'failed' }
>;

interface BlockedWords {
  readonly title: string;
  readonly texts: readonly string[];
}

function wordsOf(step: BlockedStep): BlockedWords {
  switch (step.kind) {
    case 'no-network':
      return {
        title: 'This computer is in no network that a phone could be in',
        texts: [
          'Connect it to the Wi-Fi that the phone is in, or by cable to the same router. Without one, turn on the hotspot of the phone and connect this computer to that.',
          'The code appears here as soon as there is a network.',
        ],
      };
    case 'not-recording':
      return {
        title: 'Recording is off',
        texts: ['Phones reach the proxy only while it records. The code stays the same.'],
      };
    case 'closed':
      return {
        title: 'The proxy is not open to phones',
        texts: [step.problem],
      };
    case 'failed':
      return {
        title: 'No phone can be added now',
        texts: [step.problem],
      };
    default:
      return step satisfies never;
  }
}

interface PairingBlockedProps {
  readonly step: BlockedStep;
  readonly state: DevicesState;
}

/** What must be done before a phone can come. */
export function PairingBlocked({ step, state }: PairingBlockedProps) {
  const { devices, recording } = useWindowState();
  const { title, texts } = wordsOf(step);
  return (
    <div className="pairing-blocked">
      <div role="alert">
        <h3>
          <ToneSign tone={step.kind === 'not-recording' ? 'warning' : 'problem'} /> {title}
        </h3>
        {texts.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      {step.kind === 'closed' && state.networks.length > 1 && (
        <PairingNetworks networks={state.networks} chosen={state.chosen} />
      )}
      {step.kind === 'not-recording' ? (
        <button type="button" className="button primary" onClick={() => void recording.start()}>
          Start recording
        </button>
      ) : (
        <button type="button" className="button primary" onClick={() => void devices.beginPairing()}>
          Try again
        </button>
      )}
    </div>
  );
}
