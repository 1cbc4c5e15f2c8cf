import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { formatDay } from '../../format/duration.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Section } from './section.tsx';

export function AuthoritySection() {
  const { engine } = useWindowState();
  const authority = useStore(engine.authority);
  return (
    <Section
      title="Certificate authority"
      explanation="Applications must trust this certificate so that Plumbline can read HTTPS. It was made on this computer, and its key does not leave it."
    >
      {authority !== null && (
        <>
          <Facts
            facts={[
              {
                name: 'File',
                value: (
                  <>
                    <span className="mono">{authority.certificatePath}</span>
                    <CopyButton text={authority.certificatePath} what="path" />
                  </>
                ),
              },
              {
                name: 'SHA-256',
                meaning: 'The fingerprint: compare it where you install the certificate.',
                value: (
                  <>
                    <span className="mono">{authority.fingerprintSha256}</span>
                    <CopyButton text={authority.fingerprintSha256} what="fingerprint" />
                  </>
                ),
              },
              { name: 'Valid until', value: formatDay(authority.notAfter) },
            ]}
          />
          <div className="setting-line">
            <CopyButton
              text={authority.certificatePem}
              what="certificate"
              label="Copy the certificate (PEM)"
            />
          </div>
        </>
      )}
    </Section>
  );
}
