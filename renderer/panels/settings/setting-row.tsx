import { useEffect, useRef, useState, type ReactNode } from 'react';
import { isDefault, settingTexts, type SettingKey } from '../../../core/model/settings.ts';
import type { SettingsEdit } from '../../state/settings.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Marked } from './search-context.tsx';

interface RowProps {
  readonly id: string;
  readonly label: string;
  readonly meaning: string;
  /** Its name in the settings file. */
  readonly name?: string;
  /** Said beside the control: whether it is the default, how to go back to it. */
  readonly mark?: ReactNode;
  readonly children: ReactNode;
}

/** What it is called and means on the left, what is done with it on the right. */
export function Row({ id, label, meaning, name, mark, children }: RowProps) {
  return (
    <section className="setting" aria-labelledby={`${id}-label`}>
      <div className="setting-text">
        <h3 id={`${id}-label`}>
          <Marked>{label}</Marked>
        </h3>
        <p className="muted" id={`${id}-meaning`}>
          <Marked>{meaning}</Marked>
        </p>
        {name !== undefined && (
          <p className="setting-name" title="Its name in the settings file">
            <Marked>{name}</Marked>
          </p>
        )}
      </div>
      <div className="setting-control">
        {children}
        {mark}
      </div>
    </section>
  );
}

interface SettingRowProps {
  readonly setting: SettingKey;
  /** The default in words: `24 px`. */
  readonly usual: string;
  readonly children: ReactNode;
}

/** The row of one member of the settings, with its default mark and the way back. */
export function SettingRow({ setting, usual, children }: SettingRowProps) {
  const { settings } = useWindowState();
  const state = useStore(settings.state);
  const { problem, save } = useSave();
  const { label, meaning } = settingTexts[setting];
  const mark =
    state === null ? null : isDefault(state.settings, setting) ? (
      <p className="setting-mark muted">Default</p>
    ) : (
      <p className="setting-mark muted">
        Default: {usual}
        <button
          type="button"
          className="button quiet"
          aria-label={`Reset ${label} to ${usual}`}
          onClick={() => void save({ [setting]: null })}
        >
          Reset
        </button>
      </p>
    );
  return (
    <Row id={setting} label={label} meaning={meaning} name={setting} mark={mark}>
      {children}
      <Problem text={problem} />
    </Row>
  );
}

/** What is wrong. It comes into sight if it answers what a person does in the same row. */
export function Problem({ text, id }: { readonly text: string | null; readonly id?: string }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const row = line.current?.closest('.setting');
    if (text !== null && row?.contains(document.activeElement) === true) {
      line.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [text]);
  return (
    <p className="setting-problem" ref={line} id={id} role="alert" hidden={text === null}>
      {text}
    </p>
  );
}

/** Saves settings and keeps why they were not, until the next try. */
export function useSave(): {
  readonly problem: string | null;
  readonly save: (edit: SettingsEdit) => Promise<boolean>;
} {
  const { settings } = useWindowState();
  const [problem, setProblem] = useState<string | null>(null);
  return {
    problem,
    save: async (edit) => {
      const refused = await settings.update(edit);
      setProblem(refused);
      return refused === null;
    },
  };
}
