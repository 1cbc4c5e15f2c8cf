import { useState } from 'react';
import type { AuthorityFormat } from '../../../core/contract/authority.ts';
import { AskDialog } from '../../components/ask-dialog.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import type { ExportedFile } from '../../state/authority.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Problem, Row } from './setting-row.tsx';

export const exportTexts = {
  label: 'Export',
  meaning:
    'The certificate, to install it on devices; or the key with it, to move the CA to another computer.',
} as const;

/** Downloads of the certificate, and of the key after a warning. */
export function AuthorityExport() {
  const { authority } = useWindowState();
  const state = useStore(authority.state);
  const [problem, setProblem] = useState<string | null>(null);
  const [withKey, setWithKey] = useState<'key-pem' | 'pkcs12' | null>(null);

  const save = async (format: AuthorityFormat, password: string | null): Promise<string | null> => {
    const exported = await authority.exportAs(format, password);
    if (!exported.ok) return exported.error.message;
    download(exported.value);
    return null;
  };
  return (
    <Row id="ca-export" {...exportTexts}>
      <div className="setting-line">
        <button type="button" className="button" onClick={() => void save('pem', null).then(setProblem)}>
          Certificate, PEM (.pem)
        </button>
        <button type="button" className="button" onClick={() => void save('der', null).then(setProblem)}>
          Certificate, DER (.crt)
        </button>
        {state !== null && (
          <CopyButton text={state.certificatePem} what="certificate" label="Copy certificate" />
        )}
      </div>
      <div className="setting-line">
        <button type="button" className="button" onClick={() => setWithKey('pkcs12')}>
          With the key, PKCS#12 (.p12) …
        </button>
        <button type="button" className="button" onClick={() => setWithKey('key-pem')}>
          Private key, PEM …
        </button>
      </div>
      <Problem text={problem} />
      {withKey !== null && (
        <KeyDialog
          format={withKey}
          onExport={(password) => save(withKey, password)}
          onClose={() => setWithKey(null)}
        />
      )}
    </Row>
  );
}

interface KeyDialogProps {
  readonly format: 'key-pem' | 'pkcs12';
  readonly onExport: (password: string | null) => Promise<string | null>;
  readonly onClose: () => void;
}

function KeyDialog({ format, onExport, onClose }: KeyDialogProps) {
  const [password, setPassword] = useState('');
  const needed = format === 'pkcs12';
  return (
    <AskDialog
      title={needed ? 'Export the CA with its key' : 'Export the private key'}
      action="Export"
      disabled={needed && password === ''}
      onConfirm={() => onExport(password === '' ? null : password)}
      onClose={onClose}
    >
      <p>
        Whoever has this key can read and change the HTTPS traffic of everything that trusts the CA. Keep the
        file to yourself, and delete it when it has done its work.
      </p>
      <label className="dialog-field">
        {needed ? 'Password of the file' : 'Password (none leaves the key unprotected)'}
        <input
          className="field"
          type="password"
          autoComplete="new-password"
          maxLength={1000}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
    </AskDialog>
  );
}

/** Hands the file to the browser, or to Electron's own save dialog. */
function download({ fileName, mediaType, bytes }: ExportedFile): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
