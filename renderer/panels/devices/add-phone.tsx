import type { DevicesState } from '../../../core/contract/devices.ts';
import { Icon } from '../../components/icon.tsx';
import { pairingPart, pairingStep, type PairingStep } from '../../format/pairing-step.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { PairingBlocked } from './pairing-blocked.tsx';
import { PairingCode } from './pairing-code.tsx';
import { PairingDevice } from './pairing-device.tsx';
import { PairingWait } from './pairing-wait.tsx';
import './add-phone.css';

const parts = ['Scan the code', 'Follow the steps on the phone', 'It works'] as const;

/** The way from “my phone is in my hand” to its first request that was read. */
export function AddPhone({ state }: { readonly state: DevicesState }) {
  const { devices, recording } = useWindowState();
  const refusal = useStore(devices.refusal);
  const isRecording = useStore(recording.state)?.recording ?? null;
  const step = pairingStep(state, refusal, isRecording);
  const part = pairingPart(step);
  return (
    <section className="add-phone" aria-label="Add a phone" data-part>
      <header className="add-phone-head">
        <h2 tabIndex={-1} data-start>
          Add a phone
        </h2>
        <ol className="add-phone-parts">
          {parts.map((name, at) => (
            <li key={name} aria-current={part === at + 1 ? 'step' : undefined}>
              <span className="mono">
                {part !== null && at + 1 < part ? <Icon name="check" size={12} /> : at + 1}
              </span>
              {name}
            </li>
          ))}
        </ol>
        {step.kind !== 'works' && step.kind !== 'setting-up' && (
          <button type="button" className="button" title="Esc" onClick={() => void devices.endPairing()}>
            Cancel
          </button>
        )}
      </header>
      <p className="visually-hidden" role="status">
        {heardWords(step)}
      </p>
      <Step step={step} state={state} />
    </section>
  );
}

function Step({ step, state }: { readonly step: PairingStep; readonly state: DevicesState }) {
  switch (step.kind) {
    case 'making':
      return <p className="add-phone-making muted">Opening the proxy to the network</p>;
    case 'no-network':
    case 'not-recording':
    case 'closed':
    case 'failed':
      return <PairingBlocked step={step} state={state} />;
    case 'waiting':
      return (
        <div className="add-phone-columns">
          <PairingCode pairing={step.pairing} isCompact={false} />
          <PairingWait state={state} pairing={step.pairing} />
        </div>
      );
    case 'setting-up':
    case 'works':
      return (
        <div className="add-phone-columns">
          <PairingCode pairing={step.pairing} isCompact />
          <PairingDevice state={state} device={step.device} works={step.kind === 'works'} />
        </div>
      );
    default:
      return step satisfies never;
  }
}

/** What is read out when it changes. */
function heardWords(step: PairingStep): string {
  switch (step.kind) {
    case 'waiting':
      return step.hasVisitor ? 'A device has come and is not paired yet.' : 'Waiting for the phone.';
    case 'setting-up': {
      const { checks, name } = step.device;
      const done = checks.filter(({ state }) => state === 'done').length;
      return `${name} is paired. ${done} of ${checks.length} steps done.`;
    }
    case 'works':
      return `${step.device.name} works.`;
    case 'making':
    case 'no-network':
    case 'not-recording':
    case 'closed':
    case 'failed':
      return '';
    default:
      return step satisfies never;
  }
}
