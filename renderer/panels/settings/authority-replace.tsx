import { useState } from 'react';
import type { AuthorityKeyKind, AuthorityState } from '../../../core/contract/authority.ts';
import { AskDialog } from '../../components/ask-dialog.tsx';
import { formatDay } from '../../format/duration.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Row } from './setting-row.tsx';

export const replaceTexts = {
  label: 'Rotate or reset',
  meaning:
    'Rotate makes a new CA, for example when the key may have leaked. Reset goes back to a fresh one of the usual kind, also after an import. The present one is kept.',
} as const;

type Asked = 'rotate' | 'reset' | { readonly restore: AuthorityState['backups'][number] };

/** A new CA, after saying what that means; earlier ones to take back. */
export function AuthorityReplace() {
  const { authority } = useWindowState();
  const backups = useStore(authority.state)?.backups ?? [];
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Row id="ca-replace" {...replaceTexts}>
      <div className="setting-line">
        <button type="button" className="button" onClick={() => setAsked('rotate')}>
          Rotate …
        </button>
        <button type="button" className="button" onClick={() => setAsked('reset')}>
          Reset …
        </button>
      </div>
      {backups.length > 0 && (
        <table className="plain-table" aria-label="Earlier CAs">
          <thead>
            <tr>
              <th scope="col">Earlier CA</th>
              <th scope="col">SHA-256</th>
              <th scope="col">In use until</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {backups.map((backup) => (
              <tr key={backup.number}>
                <td>{backup.subject.replace(/^CN=/, '').replace(/, O=Plumbline$/, '')}</td>
                <td className="mono" title={backup.fingerprintSha256}>
                  {backup.fingerprintSha256.slice(0, 17)}…
                </td>
                <td>{formatDay(new Date(backup.replacedAtMs).toISOString())}</td>
                <td>
                  <button
                    type="button"
                    className="button quiet"
                    aria-label={`Use again: ${backup.subject}`}
                    onClick={() => setAsked({ restore: backup })}
                  >
                    Use again
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked !== null && <ReplaceDialog asked={asked} onClose={() => setAsked(null)} />}
    </Row>
  );
}

function ReplaceDialog({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const { authority } = useWindowState();
  const state = useStore(authority.state);
  const [keyKind, setKeyKind] = useState<AuthorityKeyKind>('ec');
  const restored = typeof asked === 'object' ? asked.restore : null;
  const words =
    restored !== null
      ? {
          title: 'Use an earlier CA again',
          action: 'Use again',
          first: `The CA ${restored.subject} is used again.`,
        }
      : asked === 'rotate'
        ? { title: 'Rotate the CA', action: 'Rotate', first: 'A new CA is made on this computer.' }
        : {
            title: 'Reset the CA',
            action: 'Reset',
            first: 'A fresh CA with an EC key is made on this computer.',
          };
  return (
    <AskDialog
      title={words.title}
      action={words.action}
      onConfirm={() =>
        restored !== null
          ? authority.restore(restored.number)
          : asked === 'rotate'
            ? authority.rotate(keyKind)
            : authority.reset()
      }
      onClose={onClose}
    >
      <ul className="consequences">
        <li>{words.first} New connections use it at once; those that are open go on as they are.</li>
        <li>
          Every device, browser and program that trusts the present one must trust{' '}
          {restored === null ? 'the new one' : 'that one'}. Until then its HTTPS connections fail.
        </li>
        <li>
          The present one
          {state !== null && <span className="mono"> ({state.fingerprintSha256.slice(0, 17)}…)</span>} is kept
          with its key and can be taken back here.
        </li>
      </ul>
      {asked === 'rotate' && (
        <fieldset className="dialog-choice">
          <legend>Key</legend>
          <label className="check">
            <input
              type="radio"
              name="key-kind"
              checked={keyKind === 'ec'}
              onChange={() => setKeyKind('ec')}
            />
            EC P-256: fast, for everything of the last ten years
          </label>
          <label className="check">
            <input
              type="radio"
              name="key-kind"
              checked={keyKind === 'rsa'}
              onChange={() => setKeyKind('rsa')}
            />
            RSA 2048: for old devices that know nothing newer
          </label>
        </fieldset>
      )}
    </AskDialog>
  );
}
