import { useState } from 'react';
import {
  bypassPattern,
  defaultSettings,
  settingTexts,
  type UpstreamSettings,
} from '../../../core/model/settings.ts';
import { Segmented, type Segment } from '../../components/segmented.tsx';
import {
  maskedAddress,
  overrideText,
  parseOverride,
  parseRule,
  ruleText,
  unmaskedAddress,
} from '../../format/upstream-text.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { EntryList, entryOf } from './entry-list.tsx';
import { Row, SettingRow } from './setting-row.tsx';
import { TextControl } from './text-control.tsx';

/** How Plumbline itself reaches servers. */

const modes: readonly Segment<UpstreamSettings['mode']>[] = [
  { value: 'direct', label: 'Directly', hint: 'Straight to the server' },
  {
    value: 'system',
    label: 'As the system says',
    hint: 'HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY where Plumbline was started',
  },
  { value: 'manual', label: 'One proxy', hint: 'HTTP, HTTPS or SOCKS' },
  { value: 'pac', label: 'PAC', hint: 'A script says which proxy each host needs' },
];

const modeWords: Readonly<Record<UpstreamSettings['mode'], string | null>> = {
  direct: null,
  system: 'HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY count, as they were when Plumbline was started.',
  manual:
    'http://, https://, socks4://, socks4a:// or socks5://, with user:password@ before the name if it needs them.',
  pac: 'A file or a URL. The script is read again when the file changes, and each hour from a URL.',
};

export function UpstreamSetting() {
  const { saved, change } = useUpstream();
  /** Chosen, but still without its address. */
  const [wanted, setWanted] = useState<UpstreamSettings['mode'] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const mode = wanted ?? saved.mode;
  const choose = async (chosen: UpstreamSettings['mode']) => {
    const lacks = (chosen === 'manual' && saved.url === '') || (chosen === 'pac' && saved.pac === '');
    setWanted(lacks ? chosen : null);
    setProblem(lacks ? null : await change(() => ({ mode: chosen })));
  };
  const commit = async (part: Partial<UpstreamSettings>) => {
    const refused = await change(() => ({ ...part, mode }));
    if (refused === null) setWanted(null);
    return refused;
  };

  return (
    <Row id="upstreamProxy" {...settingTexts.upstreamProxy} name="upstreamProxy">
      <Segmented
        label={settingTexts.upstreamProxy.label}
        segments={modes}
        value={mode}
        onChange={(chosen) => void choose(chosen)}
      />
      {mode === 'manual' && (
        <TextControl
          id="upstreamProxy"
          value={maskedAddress(saved.url)}
          placeholder="http://proxy.example:3128"
          onCommit={(text) => commit({ url: unmaskedAddress(text, saved.url) })}
        />
      )}
      {mode === 'pac' && (
        <TextControl
          id="upstreamProxy"
          value={saved.pac}
          placeholder="http://proxy.example/proxy.pac"
          onCommit={(text) => commit({ pac: text })}
        />
      )}
      {modeWords[mode] !== null && <p className="muted">{modeWords[mode]}</p>}
      {problem !== null && (
        <p className="setting-problem" role="alert">
          {problem}
        </p>
      )}
    </Row>
  );
}

export const rulesTexts = {
  label: 'Rules for hosts',
  meaning:
    'These hosts go their own way, whatever is chosen above: through another proxy, or directly. A name goes before a pattern.',
};
export const noProxyTexts = {
  label: 'Hosts without a proxy',
  meaning:
    'Reached directly: names, *.example.com, networks such as 10.0.0.0/8. So is this computer itself, unless <-loopback> is listed.',
};
export const routeTexts = {
  label: 'Try a URL',
  meaning: 'Says how a connection would go now, and why. Nothing is sent to the server.',
};

export function UpstreamRules() {
  const { saved, change } = useUpstream();
  return (
    <Row id="upstreamRules" {...rulesTexts} name="upstreamProxy.rules">
      <EntryList
        id="upstreamRules"
        fieldLabel={`To add: ${rulesTexts.label}`}
        charsMax={1000}
        entries={saved.rules}
        textOf={ruleText}
        parse={parseRule}
        none="No host has a rule of its own."
        placeholder="*.shop.test = socks5://proxy:1080"
        onEdit={(edit) => change(({ rules }) => ({ rules: edit(rules) }))}
      />
    </Row>
  );
}

export function UpstreamBypass() {
  const { saved, change } = useUpstream();
  return (
    <Row id="upstreamBypass" {...noProxyTexts} name="upstreamProxy.noProxy">
      <EntryList
        id="upstreamBypass"
        fieldLabel={`To add: ${noProxyTexts.label}`}
        charsMax={1000}
        entries={saved.noProxy}
        textOf={(entry) => entry}
        parse={(text) => entryOf(bypassPattern.safeParse(text))}
        none="Only this computer is reached without the proxy."
        placeholder="for example *.intra.example"
        onEdit={(edit) => change(({ noProxy }) => ({ noProxy: edit(noProxy) }))}
      />
    </Row>
  );
}

export function HostOverrides() {
  const { settings } = useWindowState();
  const saved = useStore(settings.state)?.settings.hosts ?? defaultSettings.hosts;
  return (
    <SettingRow setting="hosts" usual="no override">
      <EntryList
        id="hosts"
        fieldLabel={`To add: ${settingTexts.hosts.label}`}
        charsMax={1000}
        entries={saved}
        textOf={overrideText}
        parse={parseOverride}
        none="Every name is looked up."
        placeholder="api.shop.test = 127.0.0.1:8443"
        onEdit={(edit) => settings.update(({ hosts }) => ({ hosts: edit(hosts) }))}
      />
    </SettingRow>
  );
}

export function TryRoute() {
  const { settings } = useWindowState();
  const [url, setUrl] = useState('');
  const [words, setWords] = useState<string | null>(null);
  return (
    <Row id="tryRoute" {...routeTexts}>
      <form
        className="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void settings.route(url).then(setWords);
        }}
      >
        <input
          className="field mono"
          aria-labelledby="tryRoute-label"
          aria-describedby="tryRoute-meaning"
          placeholder="https://api.example.com/"
          spellCheck={false}
          autoComplete="off"
          maxLength={2000}
          value={url}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
            setWords(null);
          }}
        />
        <button type="submit" className="button" disabled={url.trim() === ''}>
          Try
        </button>
      </form>
      <p role="status">{words}</p>
    </Row>
  );
}

function useUpstream() {
  const { settings } = useWindowState();
  const saved = useStore(settings.state)?.settings.upstreamProxy ?? defaultSettings.upstreamProxy;
  return {
    saved,
    change: (edit: (now: UpstreamSettings) => Partial<UpstreamSettings>) =>
      settings.update(({ upstreamProxy }) => ({
        upstreamProxy: { ...upstreamProxy, ...edit(upstreamProxy) },
      })),
  };
}
