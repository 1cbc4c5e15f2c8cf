import { defaultSettings } from '../../../core/model/settings.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { SettingRow } from './setting-row.tsx';
import { TextControl } from './text-control.tsx';

/** The address, and where the proxy listens at this moment. */
export function ListenerSetting() {
  const { recording, settings } = useWindowState();
  const state = useStore(recording.state);
  const wanted = useStore(settings.state)?.settings.listen ?? defaultSettings.listen;
  const listener = state?.listener ?? null;
  return (
    <SettingRow setting="listen" usual={defaultSettings.listen}>
      <TextControl
        id="listen"
        value={wanted}
        placeholder={defaultSettings.listen}
        onCommit={(listen) => settings.update({ listen })}
      />
      <div className="setting-line">
        {listener === null ? (
          <>
            <span className="muted">The proxy is stopped.</span>
            <button type="button" className="button" onClick={() => void recording.start()}>
              Start recording
            </button>
          </>
        ) : (
          <>
            <span className="muted">Listening on</span>
            <span className="mono">{listener}</span>
            <CopyButton text={listener} what="proxy address" />
          </>
        )}
      </div>
    </SettingRow>
  );
}
