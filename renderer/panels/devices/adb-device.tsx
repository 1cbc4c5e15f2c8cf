import type { AdbDevice } from '../../../core/contract/adb.ts';
import { Facts } from '../../components/facts.tsx';
import { ToneSign } from '../../components/tone-sign.tsx';
import {
  adbCertificateWords,
  adbProxyWords,
  adbRunningWords,
  adbSystemWords,
} from '../../format/adb-words.ts';
import type { AdbAction, AdbDoing } from '../../state/adb.ts';
import { useSelected } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** One device that adb reaches: what is known of it, what can be done with it, and what became of that. */
export function AdbDeviceCard({ device }: { readonly device: AdbDevice }) {
  const { adb } = useWindowState();
  const { serial, name, problem } = device;
  const doing = useSelected(adb.doings, (doings) => doings.get(serial) ?? null);
  return (
    <li className="device-card adb-device" aria-label={name}>
      <div>
        <div className="device-line">
          <span className="device-name ellipsis">{name}</span>
          <span className="muted">{adbSystemWords(device)}</span>
        </div>
        {name !== serial && <div className="muted mono">{serial}</div>}
        {problem === null ? (
          <>
            <Facts
              facts={[
                { name: 'Proxy', value: adbProxyWords(device) },
                { name: 'Certificate', value: adbCertificateWords(device) },
              ]}
            />
            <Actions device={device} isBusy={doing?.state === 'running'} />
          </>
        ) : (
          <p className="adb-said">
            <ToneSign tone="warning" />
            <span>{problem}</span>
          </p>
        )}
        <div role="status">{doing !== null && <Doing doing={doing} />}</div>
      </div>
    </li>
  );
}

/** They stay where they are, and focused, while one of them works. */
function Actions({ device, isBusy }: { readonly device: AdbDevice; readonly isBusy: boolean }) {
  const { adb } = useWindowState();
  const { serial, name, proxy, install, installText, hasCertificate } = device;
  const button = (action: AdbAction, label: string, title?: string) => (
    <button
      type="button"
      className="button"
      aria-disabled={isBusy}
      aria-label={`${label}: ${name}`}
      title={title}
      onClick={() => void adb.act(serial, action)}
    >
      {label}
    </button>
  );
  return (
    <div className="device-actions">
      {proxy === 'ours' ? button('stopProxy', 'Stop using it') : button('useProxy', 'Use the proxy')}
      {proxy === 'cut' && button('stopProxy', 'Take the proxy off')}
      {proxy === 'ours' &&
        button('openPortal', 'Open the page', 'Its page that tries each step of the set-up')}
      {hasCertificate
        ? button('removeCertificate', 'Remove the certificate')
        : install !== 'none' && button('installCertificate', 'Install the certificate', installText)}
    </div>
  );
}

function Doing({ doing }: { readonly doing: AdbDoing }) {
  switch (doing.state) {
    case 'running':
      return <p className="adb-said muted">{adbRunningWords[doing.action]}</p>;
    case 'failed':
      return (
        <p className="adb-said">
          <ToneSign tone="problem" />
          <span>{doing.said}</span>
        </p>
      );
    case 'done':
      return (
        <div className="adb-said">
          <ToneSign tone="note" />
          <div>
            <p>{doing.said}</p>
            {doing.steps.length > 0 && (
              <ol>
                {doing.steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            )}
          </div>
        </div>
      );
    default:
      return doing satisfies never;
  }
}
