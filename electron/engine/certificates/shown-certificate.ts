import { X509Certificate } from 'node:crypto';
import type { PortalCertificate } from '../proxy/serve-portal.ts';
import type { Authority } from './authority.ts';

/** What devices are shown of a CA: its certificate, never its key. */
export function shownCertificate({ certificatePem, fingerprintSha256 }: Authority): PortalCertificate {
  const { subject, fingerprint } = new X509Certificate(certificatePem);
  // Node writes it as RFC 2253 does.
  const caName = /^CN=(.*)$/m.exec(subject)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? 'Plumbline CA';
  return { caName, certificatePem, fingerprintSha256, fingerprintSha1: fingerprint };
}
