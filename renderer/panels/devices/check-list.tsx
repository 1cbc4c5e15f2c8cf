import type { DeviceCheckView } from '../../../core/contract/devices.ts';
import { checkStateWords } from '../../format/device-words.ts';
import { useWindowState } from '../../state/window-state.ts';
import { CheckSign } from './check-sign.tsx';

/** The steps of a device's set-up, each with what was seen and what is left to do. */
export function CheckList({ checks }: { readonly checks: readonly DeviceCheckView[] }) {
  return (
    <ol className="check-list" aria-label="Set-up">
      {checks.map((check) => (
        <li key={check.step} className={check.state}>
          <CheckSign check={check} size={16} />
          <div>
            <h3>
              {check.title}
              <span className="check-state">{checkStateWords[check.state]}</span>
            </h3>
            {check.text !== '' && <p>{check.text}</p>}
            {check.passable.length > 0 && <PassThrough hosts={check.passable} />}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** One button for each host, so that an app that pins one of them works. */
function PassThrough({ hosts }: { readonly hosts: readonly string[] }) {
  const { recording } = useWindowState();
  return (
    <div className="check-actions">
      {hosts.map((host) => (
        <button
          key={host}
          type="button"
          className="button ellipsis"
          title={`Further connections to ${host} are not decrypted. To be undone in the settings.`}
          onClick={() => void recording.passThroughHost(host, true)}
        >
          Pass {host} through
        </button>
      ))}
    </div>
  );
}
