import { hostPattern } from '../../../core/model/settings.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { EntryList, entryOf } from './entry-list.tsx';
import { SettingRow } from './setting-row.tsx';

interface HostListProps {
  readonly setting: 'passThroughHosts' | 'insecureHosts';
  readonly fieldLabel: string;
  readonly none: string;
  readonly placeholder: string;
}

/** Hosts that are listed, and those given at the start. */
export function HostList({ setting, ...words }: HostListProps) {
  const { settings, recording } = useWindowState();
  const saved = useStore(settings.state)?.settings[setting] ?? [];
  const inForce = useStore(recording.state)?.[setting] ?? [];
  return (
    <SettingRow setting={setting} usual="no host">
      <EntryList
        {...words}
        id={setting}
        charsMax={300}
        entries={saved}
        forThisRun={inForce.filter((host) => !saved.includes(host))}
        textOf={(host) => host}
        parse={(text) => entryOf(hostPattern.safeParse(text))}
        onEdit={(edit) => settings.update((now) => ({ [setting]: edit(now[setting]) }))}
      />
    </SettingRow>
  );
}
