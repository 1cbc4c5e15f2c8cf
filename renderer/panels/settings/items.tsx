import type { ReactNode } from 'react';
import type { AuthorityState } from '../../../core/contract/authority.ts';
import type { SettingsState } from '../../../core/contract/settings.ts';
import { settingTexts, type SettingKey, type Settings } from '../../../core/model/settings.ts';
import { sizeText } from '../../format/parse-size.ts';
import { trustCommands } from '../../format/trust-commands.ts';
import { commands, type Bindings } from '../../state/commands.ts';
import { AuthorityCurrent, currentTexts } from './authority-current.tsx';
import { AuthorityExport, exportTexts } from './authority-export.tsx';
import { AuthorityImport, importTexts } from './authority-import.tsx';
import { AuthorityReplace, replaceTexts } from './authority-replace.tsx';
import { AuthorityTrust, trustTexts } from './authority-trust.tsx';
import { About, aboutTexts, fileTexts, SettingsFile } from './file-settings.tsx';
import { CaptureSetting, captureTexts } from './capture-setting.tsx';
import { ClientCertificates } from './client-certificates.tsx';
import { HostList } from './host-list.tsx';
import { KeysSetting, keyValues } from './keys-setting.tsx';
import { ListenerSetting } from './listener-setting.tsx';
import { ProxyPassword } from './proxy-password.tsx';
import { ReverseList } from './reverse-list.tsx';
import { ProtoFilesSetting } from './proto-files.tsx';
import type { Findable } from './search.ts';
import type { SectionId } from './sections.ts';
import {
  CurrentSession,
  OpenSessionsSetting,
  recentTexts,
  RecentSessions,
  sessionTexts,
} from './session-settings.tsx';
import { ChoiceControl, SizeControl, SwitchControl } from './simple-settings.tsx';
import { TransparentMode, transparentTexts, transparentWords } from './transparent-mode.tsx';
import {
  HostOverrides,
  noProxyTexts,
  routeTexts,
  rulesTexts,
  TryRoute,
  UpstreamBypass,
  UpstreamRules,
  UpstreamSetting,
} from './upstream-setting.tsx';

/** One thing that can be set, looked at or done. */
export interface Item extends Findable {
  readonly id: string;
  readonly section: SectionId;
  readonly content: ReactNode;
}

export interface Known {
  readonly state: SettingsState | null;
  readonly authority: AuthorityState | null;
  readonly bindings: Bindings;
}

/** Everything in the settings, with the words it can be found by. */
export function itemsOf({ state, authority, bindings }: Known): readonly Item[] {
  const setting = (section: SectionId, key: SettingKey, content: ReactNode): Item => ({
    id: key,
    section,
    ...settingTexts[key],
    values: [key, ...(state === null ? [] : valueWords(state.settings, key))],
    content,
  });
  const item = (
    section: SectionId,
    texts: { readonly label: string; readonly meaning: string },
    values: readonly string[],
    content: ReactNode,
  ): Item => ({ id: texts.label, section, ...texts, values, content });
  const ca =
    authority === null ? [] : [authority.subject, authority.fingerprintSha256, authority.certificatePath];
  return [
    setting('proxy', 'listen', <ListenerSetting />),
    setting('proxy', 'recordAtLaunch', <SwitchControl setting="recordAtLaunch" />),
    setting('proxy', 'nameProcesses', <SwitchControl setting="nameProcesses" />),
    setting('proxy', 'keepTlsKeys', <SwitchControl setting="keepTlsKeys" />),
    setting('proxy', 'reverse', <ReverseList />),
    setting('proxy', 'proxyAuth', <ProxyPassword />),
    setting('proxy', 'anyDevice', <SwitchControl setting="anyDevice" />),
    item('proxy', transparentTexts, transparentWords, <TransparentMode />),
    setting(
      'hosts',
      'passThroughHosts',
      <HostList
        setting="passThroughHosts"
        fieldLabel="Host to add to the pass-through hosts"
        none="Every host is read."
        placeholder="for example *.bank.example"
      />,
    ),
    setting(
      'hosts',
      'insecureHosts',
      <HostList
        setting="insecureHosts"
        fieldLabel="Host to add to the accepted untrusted hosts"
        none="Only trusted certificates are accepted."
        placeholder="for example staging.shop.test"
      />,
    ),
    setting('hosts', 'clientCertificates', <ClientCertificates />),
    setting('upstream', 'upstreamProxy', <UpstreamSetting />),
    item(
      'upstream',
      rulesTexts,
      ['rules', ...textsIn(state?.settings.upstreamProxy.rules)],
      <UpstreamRules />,
    ),
    item(
      'upstream',
      noProxyTexts,
      ['noProxy bypass', ...textsIn(state?.settings.upstreamProxy.noProxy)],
      <UpstreamBypass />,
    ),
    setting('upstream', 'hosts', <HostOverrides />),
    item('upstream', routeTexts, ['test route'], <TryRoute />),
    item('authority', currentTexts, ['fingerprint subject validity', ...ca], <AuthorityCurrent />),
    item(
      'authority',
      exportTexts,
      ['download pem der crt cer pkcs12 p12 pfx private key'],
      <AuthorityExport />,
    ),
    item('authority', importTexts, ['pem private key password'], <AuthorityImport />),
    item(
      'authority',
      replaceTexts,
      ['new ec rsa old devices undo backup earlier restore'],
      <AuthorityReplace />,
    ),
    item(
      'authority',
      trustTexts,
      trustCommands('', '').map(({ platform }) => platform),
      <AuthorityTrust />,
    ),
    setting('decoding', 'protoFiles', <ProtoFilesSetting />),
    item('capture', captureTexts, ['tcpdump setcap helper install remove permission'], <CaptureSetting />),
    setting('limits', 'bodyBytesMax', <SizeControl setting="bodyBytesMax" />),
    setting('limits', 'diskFreeBytesMin', <SizeControl setting="diskFreeBytesMin" />),
    setting('limits', 'sessionBytesMax', <SizeControl setting="sessionBytesMax" />),
    setting('appearance', 'theme', <ChoiceControl setting="theme" />),
    setting('appearance', 'density', <ChoiceControl setting="density" />),
    setting('appearance', 'timeFormat', <ChoiceControl setting="timeFormat" />),
    item(
      'keys',
      settingTexts.keys,
      ['keys shortcuts', ...commands.flatMap(({ id, label }) => [label, id, ...keyValues(bindings.get(id))])],
      <KeysSetting />,
    ),
    item('session', sessionTexts, ['new open file path'], <CurrentSession />),
    setting('session', 'openSessions', <OpenSessionsSetting />),
    item(
      'session',
      recentTexts,
      ['recentSessions', ...(state?.settings.recentSessions ?? [])],
      <RecentSessions />,
    ),
    item('file', fileTexts, ['settings.json', state?.path ?? ''], <SettingsFile />),
    item('file', aboutTexts, ['version engine'], <About />),
  ];
}

/** Every text and number inside a value, but addresses with a password in them only by their host. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.replace(/\/\/[^/]*@/, '//')];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function valueWords(settings: Settings, key: SettingKey): readonly string[] {
  const value = settings[key];
  if (typeof value === 'number') return [sizeText(value), String(value)];
  if (typeof value === 'boolean') return [value ? 'on true' : 'off false'];
  if (typeof value === 'string') return [value];
  return textsIn(value);
}
