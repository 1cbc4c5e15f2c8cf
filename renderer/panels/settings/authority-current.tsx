import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { formatDay } from '../../format/duration.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Row } from './setting-row.tsx';

export const currentTexts = {
  label: 'CA in use',
  meaning:
    'Applications must trust this certificate so that Plumbline can read HTTPS. What uses the proxy finds it, with the steps for its system, at http://plumbline.test; compare the fingerprint there.',
} as const;

/** What the CA is. */
export function AuthorityCurrent() {
  const authority = useStore(useWindowState().authority.state);
  return (
    <Row id="ca-current" {...currentTexts}>
      {authority !== null && (
        <>
          <Facts
            facts={[
              { name: 'Subject', value: authority.subject },
              {
                name: 'Key',
                value: `${authority.keyKind === 'rsa' ? 'RSA' : 'EC'}, ${authority.madeHere ? 'made on this computer' : 'imported'}`,
              },
              {
                name: 'Valid',
                value: `${formatDay(authority.notBefore)} to ${formatDay(authority.notAfter)}`,
              },
              {
                name: 'SHA-256',
                value: <Copyable text={authority.fingerprintSha256} what="fingerprint" />,
              },
              { name: 'File', value: <Copyable text={authority.certificatePath} what="path" /> },
            ]}
          />
          {authority.notices.map((notice) => (
            <p key={notice} className="setting-problem">
              {notice}
            </p>
          ))}
        </>
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
