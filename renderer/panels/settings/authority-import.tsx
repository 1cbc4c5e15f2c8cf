import { useState } from 'react';
import { AskDialog } from '../../components/ask-dialog.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { Row } from './setting-row.tsx';

export const importTexts = {
  label: 'Import a CA of your own',
  meaning:
    'For a CA that your devices trust already, such as that of your company. It is checked first, and the present one is kept.',
} as const;

/** More than any certificate or key has. */
const fileBytesMax = 200_000;

export function AuthorityImport() {
  const [open, setOpen] = useState(false);
  return (
    <Row id="ca-import" {...importTexts}>
      <div className="setting-line">
        <button type="button" className="button" onClick={() => setOpen(true)}>
          Import …
        </button>
      </div>
      {open && <ImportDialog onClose={() => setOpen(false)} />}
    </Row>
  );
}

function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { authority } = useWindowState();
  const [certificatePem, setCertificate] = useState('');
  const [keyPem, setKey] = useState('');
  const [password, setPassword] = useState('');
  return (
    <AskDialog
      title="Import a CA of your own"
      action="Import"
      disabled={certificatePem.trim() === ''}
      onConfirm={() =>
        authority.importOwn(
          certificatePem,
          // One file may hold both.
          keyPem.trim() === '' ? certificatePem : keyPem,
          password === '' ? null : password,
        )
      }
      onClose={onClose}
    >
      <p>
        Give a CA certificate and its EC or RSA key in PEM form. New connections use it at once. What trusts
        the present CA and not this one refuses connections from then on.
      </p>
      <PemField label="Certificate" text={certificatePem} onChange={setCertificate} />
      <PemField label="Private key (if it is not in the same file)" text={keyPem} onChange={setKey} />
      <label className="dialog-field">
        Password of the key, if it is encrypted
        <input
          className="field"
          type="password"
          autoComplete="off"
          maxLength={1000}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
    </AskDialog>
  );
}

interface PemFieldProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** A file to choose, or its text to paste. */
function PemField({ label, text, onChange }: PemFieldProps) {
  return (
    <div className="pem-field">
      <label className="dialog-field">
        {label}
        <textarea
          className="field mono"
          rows={3}
          spellCheck={false}
          autoComplete="off"
          maxLength={fileBytesMax}
          placeholder="-----BEGIN …"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <input
        type="file"
        aria-label={`File with: ${label}`}
        accept=".pem,.crt,.cer,.key,application/x-pem-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined && file.size <= fileBytesMax) void file.text().then(onChange);
        }}
      />
    </div>
  );
}
