import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Problem, Row } from './setting-row.tsx';

export const fileTexts = {
  label: 'Settings file',
  meaning:
    'Everything here is also in this file, as JSON. It may be edited by hand: changes hold as soon as it is saved. What is at its default is left out.',
} as const;

export function SettingsFile() {
  const state = useStore(useWindowState().settings.state);
  if (state === null) return null;
  return (
    <Row id="file" {...fileTexts}>
      <Facts
        facts={[
          { name: 'File', value: <Copyable text={state.path} what="path of the settings file" /> },
          { name: 'Folder', value: <Copyable text={state.folder} what="path of the folder" /> },
        ]}
      />
      <Problem text={state.problem} />
    </Row>
  );
}

export const aboutTexts = {
  label: 'About',
  meaning: 'The engine is the process that holds the proxy and writes the session.',
} as const;

export function About() {
  const status = useStore(useWindowState().engine.status);
  return (
    <Row id="about" {...aboutTexts}>
      {status !== null && (
        <Facts
          facts={[
            { name: 'Plumbline', value: status.version },
            { name: 'Engine', value: status.runtime },
          ]}
        />
      )}
    </Row>
  );
}

function Copyable({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <>
      <span className="mono">{text}</span>
      <CopyButton text={text} what={what} />
    </>
  );
}
