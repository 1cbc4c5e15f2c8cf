import type { ChainCertificate } from '../../../../core/model/exchange-record.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { formatDay } from '../../../format/duration.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';

interface CertificateChainProps {
  readonly chain: readonly ChainCertificate[];
  readonly problem: string | null;
}

/** The certificates the server showed, its own first. */
export function CertificateChain({ chain, problem }: CertificateChainProps) {
  if (chain.length === 0 && problem === null) return null;
  return (
    <section className="leg-part">
      <h3>Certificates</h3>
      {problem !== null && (
        <p className="problem">
          <ToneSign tone="problem" /> {problem}
        </p>
      )}
      <ol className="chain">
        {chain.map((certificate, index) => (
          <li key={certificate.fingerprintSha256}>
            <details>
              <summary className="ellipsis">
                {certificate.subject} <span className="muted">until {formatDay(certificate.validTo)}</span>
              </summary>
              <dl className="chain-facts">
                <dt>Issuer</dt>
                <dd>{certificate.issuer}</dd>
                <dt>Valid</dt>
                <dd>
                  {formatDay(certificate.validFrom)} to {formatDay(certificate.validTo)}
                </dd>
                {certificate.names.length > 0 && (
                  <>
                    <dt>Names</dt>
                    <dd>{certificate.names.join(', ')}</dd>
                  </>
                )}
                <dt>SHA-256</dt>
                <dd className="mono">
                  {certificate.fingerprintSha256}
                  <CopyButton
                    text={certificate.fingerprintSha256}
                    what={`fingerprint of certificate ${index + 1}`}
                  />
                </dd>
              </dl>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
