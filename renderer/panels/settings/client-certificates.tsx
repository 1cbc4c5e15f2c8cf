import { useState } from 'react';
import type { ClientCertificateSetting } from '../../../core/model/settings.ts';
import { Icon } from '../../components/icon.tsx';
import { without } from '../../format/edit-list.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Marked } from './search-context.tsx';
import { Problem, SettingRow, useSave } from './setting-row.tsx';

const fields = [
  { name: 'host', label: 'Host', placeholder: 'for example *.partner.example' },
  { name: 'certificateFile', label: 'Certificate', placeholder: 'PEM or PKCS#12 file' },
  { name: 'keyFile', label: 'Key', placeholder: 'PEM file, if it is another one' },
  { name: 'passwordFile', label: 'Password', placeholder: 'file whose first line it is, if there is one' },
] as const;
type Draft = Readonly<Record<(typeof fields)[number]['name'], string>>;
const emptyDraft: Draft = { host: '', certificateFile: '', keyFile: '', passwordFile: '' };

/** The certificates we show servers: a host and its files each; four lines to add one. */
export function ClientCertificates() {
  const { settings } = useWindowState();
  const saved = useStore(settings.state)?.settings.clientCertificates ?? [];
  const { problem, save } = useSave();
  const [draft, setDraft] = useState(emptyDraft);

  const add = async () => {
    const orNull = (text: string) => (text.trim() === '' ? null : text);
    const added = { ...draft, keyFile: orNull(draft.keyFile), passwordFile: orNull(draft.passwordFile) };
    if (await save(({ clientCertificates }) => ({ clientCertificates: [...clientCertificates, added] })))
      setDraft(emptyDraft);
  };

  return (
    <SettingRow setting="clientCertificates" usual="none">
      {saved.length === 0 && <p className="muted">No server is shown a certificate.</p>}
      <ul className="setting-hosts" aria-labelledby="clientCertificates-label">
        {saved.map((certificate) => (
          <li key={`${certificate.host} ${certificate.certificateFile}`}>
            <span className="mono ellipsis" title={filesOf(certificate)}>
              <Marked>{certificate.host}</Marked>{' '}
              <span className="muted">{fileName(certificate.certificateFile)}</span>
            </span>
            <button
              type="button"
              className="button quiet"
              title={`Remove the certificate for ${certificate.host}`}
              aria-label={`Remove the certificate for ${certificate.host}`}
              onClick={() =>
                void save(({ clientCertificates }) => ({
                  clientCertificates: without(clientCertificates, certificate),
                }))
              }
            >
              <Icon name="close" size={12} />
            </button>
          </li>
        ))}
      </ul>
      <form
        className="setting-certificate"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {fields.map(({ name, label, placeholder }) => (
          <label key={name}>
            <span>{label}</span>
            <input
              className="field mono"
              placeholder={placeholder}
              spellCheck={false}
              autoComplete="off"
              maxLength={4096}
              value={draft[name]}
              onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
        <button
          type="submit"
          className="button"
          disabled={draft.host.trim() === '' || draft.certificateFile.trim() === ''}
        >
          Add
        </button>
      </form>
      <Problem text={problem} />
    </SettingRow>
  );
}

function filesOf({ certificateFile, keyFile, passwordFile }: ClientCertificateSetting): string {
  return [certificateFile, keyFile, passwordFile].filter((file) => file !== null).join('\n');
}

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
