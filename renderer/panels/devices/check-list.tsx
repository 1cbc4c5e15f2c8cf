import type { DeviceCheckView } from '../../../core/contract/devices.ts';
import { checkStateWords } from '../../format/device-words.ts';
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
          </div>
        </li>
      ))}
    </ol>
  );
}
