import { useContext } from 'react';
import type { StrangerView } from '../../../core/contract/devices.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import { KeysActive } from '../../components/use-keys.ts';
import { useNow } from '../../components/use-now.ts';
import { formatAgo, strangerNotes, strangerWords } from '../../format/device-words.ts';
import { useWindowState } from '../../state/window-state.ts';

const agoEveryMs = 5000;

/** Devices that came without the code, each with the way to let it in. */
export function Strangers({ strangers }: { readonly strangers: readonly StrangerView[] }) {
  const { devices } = useWindowState();
  const nowUs = useNow(useContext(KeysActive) && strangers.length > 0, agoEveryMs);
  if (strangers.length === 0) return null;
  return (
    <section className="device-cards" aria-label="Not paired">
      <h3>Not paired</h3>
      <ul>
        {strangers.map((stranger) => (
          <li key={stranger.address} className="device-card">
            <ToneSign tone={stranger.hasWrongCode ? 'warning' : 'note'} />
            <div>
              <p>{strangerWords(stranger)}</p>
              {strangerNotes(stranger).map((note) => (
                <p key={note}>{note}</p>
              ))}
              <p className="muted">
                Last seen {formatAgo(nowUs - stranger.seenAtUs)}. Allow it only if it is yours: its traffic is
                then recorded.
              </p>
            </div>
            <button
              type="button"
              className="button"
              aria-label={`Allow the device at ${stranger.address}`}
              onClick={() => void devices.allow(stranger.address)}
            >
              Allow
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
