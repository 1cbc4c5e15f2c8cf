import type { FormerDevice } from '../../../core/contract/devices.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import { authorityName, formerWords, removalSteps } from '../../format/device-words.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Devices that were removed and are not known to be clean: what is left on them, and how it is taken off. */
export function FormerDevices({ former }: { readonly former: readonly FormerDevice[] }) {
  const { authority, devices } = useWindowState();
  const caName = authorityName(useStore(authority.state)?.subject ?? null);
  if (former.length === 0) return null;
  return (
    <section className="device-cards" aria-label="Removed, to be cleaned up">
      <h3>Removed, to be cleaned up</h3>
      <ul>
        {former.map((device) => (
          <li key={device.id} className="device-card">
            <ToneSign tone={device.usesProxy ? 'warning' : 'note'} />
            <div>
              <p>{formerWords(device)}</p>
              <dl className="removal-steps">
                {removalSteps(device.system, caName).map(({ title, text }) => (
                  <div key={title}>
                    <dt>{title}</dt>
                    <dd>{text}</dd>
                  </div>
                ))}
              </dl>
            </div>
            <button
              type="button"
              className="button"
              aria-label={`Done: ${device.name} is clean`}
              onClick={() => void devices.forget(device.id)}
            >
              Done
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
