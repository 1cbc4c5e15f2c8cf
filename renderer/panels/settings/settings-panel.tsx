import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AuthoritySection } from './authority-section.tsx';
import { EngineSection } from './engine-section.tsx';
import { HostsSection } from './hosts-section.tsx';
import { ListenerSection } from './listener-section.tsx';
import { SessionSection } from './session-section.tsx';
import './settings.css';

export function SettingsPanel() {
  const { recording } = useWindowState();
  const state = useStore(recording.state);
  return (
    <div className="settings">
      <div className="settings-column">
        <ListenerSection />
        <AuthoritySection />
        <HostsSection
          title="Pass-through hosts"
          explanation="Connections to these hosts are passed through unread: for applications that accept only their own certificate."
          none="Every host is read."
          placeholder="for example *.bank.example"
          hosts={state?.passThroughHosts ?? []}
          onAdd={(host) => recording.passThroughHost(host, true)}
          onRemove={(host) => recording.passThroughHost(host, false)}
        />
        <HostsSection
          title="Accepted untrusted hosts"
          explanation="Certificates of these hosts are accepted although this computer does not trust them. Anybody on the way could read along."
          none="Only trusted certificates are accepted."
          placeholder="for example staging.shop.test"
          hosts={state?.insecureHosts ?? []}
          onAdd={(host) => recording.acceptHost(host, true)}
          onRemove={(host) => recording.acceptHost(host, false)}
        />
        <SessionSection />
        <EngineSection />
      </div>
    </div>
  );
}
