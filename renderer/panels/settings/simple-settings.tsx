import { defaultSettings, settingTexts } from '../../../core/model/settings.ts';
import { Segmented, type Segment } from '../../components/segmented.tsx';
import { formatInstantAs } from '../../format/instant.ts';
import { parseSize, sizeText } from '../../format/parse-size.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Problem, SettingRow, useSave } from './setting-row.tsx';
import { TextControl } from './text-control.tsx';

/** Settings that are one value with one control. */

function useSettings() {
  return useStore(useWindowState().settings.state)?.settings ?? defaultSettings;
}

type SizeSetting = 'bodyBytesMax' | 'diskFreeBytesMin' | 'sessionBytesMax';

/** A number of bytes, written as a person writes it. */
export function SizeControl({ setting }: { readonly setting: SizeSetting }) {
  const { settings } = useWindowState();
  const bytes = useSettings()[setting];
  return (
    <SettingRow setting={setting} usual={sizeText(defaultSettings[setting])}>
      <TextControl
        id={setting}
        value={sizeText(bytes)}
        placeholder="for example 500 MB, or no limit"
        onCommit={(text) => {
          const wanted = parseSize(text);
          return wanted === null
            ? Promise.resolve('Write a size such as 500 MB, 1.5 GB or 2000 B, or no limit.')
            : settings.update({ [setting]: wanted });
        }}
      />
    </SettingRow>
  );
}

const switches = {
  recordAtLaunch: 'Record as soon as the program starts',
  nameProcesses: 'Look up which program each connection comes from',
  anyDevice: 'Let devices in that are not paired',
  keepTlsKeys: 'Store the keys of TLS connections',
} as const;

type SwitchSetting = keyof typeof switches;

/** On or off. */
export function SwitchControl({ setting }: { readonly setting: SwitchSetting }) {
  const isOn = useSettings()[setting];
  const { problem, save } = useSave();
  return (
    <SettingRow setting={setting} usual={defaultSettings[setting] ? 'on' : 'off'}>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => void save({ [setting]: event.currentTarget.checked })}
        />
        {switches[setting]}
      </label>
      <Problem text={problem} />
    </SettingRow>
  );
}

const choices = {
  theme: [
    { value: 'system', label: 'System' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
  ],
  density: [
    { value: 'regular', label: 'Regular (24 px)' },
    { value: 'compact', label: 'Compact (20 px)' },
  ],
  timeFormat: [
    { value: 'local', label: 'Date and time' },
    { value: 'utc', label: 'UTC' },
    { value: 'clock', label: 'Time only' },
  ],
} as const;

type ChoiceSetting = keyof typeof choices;

/** A few values, all in sight. */
export function ChoiceControl({ setting }: { readonly setting: ChoiceSetting }) {
  const current = useSettings();
  const { timeFormat } = current;
  const value = current[setting];
  const { problem, save } = useSave();
  const segments: readonly Segment<string>[] = choices[setting];
  const usual = segments.find((each) => each.value === defaultSettings[setting])?.label ?? '';
  return (
    <SettingRow setting={setting} usual={usual}>
      <Segmented
        label={settingTexts[setting].label}
        segments={segments}
        value={value}
        onChange={(chosen) => void save({ [setting]: chosen })}
      />
      {setting === 'timeFormat' && (
        <p className="muted">
          For example <span className="mono">{formatInstantAs(exampleUs, timeFormat)}</span>
        </p>
      )}
      <Problem text={problem} />
    </SettingRow>
  );
}

const exampleUs = Date.UTC(2026, 10, 21, 14, 3, 12, 345) * 1000;
