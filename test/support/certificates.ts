import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Authority } from '../../electron/engine/certificates/authority.ts';
import { createLeafKey, issuerOf, signLeaf } from '../../electron/engine/certificates/leaf.ts';
import { leafNames } from '../../electron/engine/certificates/names.ts';
import { createRootCertificate } from '../../electron/engine/certificates/root-certificate.ts';

const dayMs = 86_400_000;

/** A certificate authority of the test's own, for the servers it plays. */
export interface TestAuthority {
  readonly certificatePem: string;
  /** Certificate and key of a server with these names; `expired`: its certificate ran out half a year ago. */
  readonly pemFor: (names: readonly string[], expired?: boolean) => Promise<{ cert: string; key: string }>;
  /** A server's context with them. */
  readonly contextFor: (names: readonly string[], expired?: boolean) => Promise<SecureContext>;
}

export async function createTestAuthority(): Promise<TestAuthority> {
  const root = await createRootCertificate('test', Date.now() - 365 * dayMs);
  const certificate = new X509Certificate(root.certificatePem);
  const authority: Authority = {
    ...root,
    certificatePath: '',
    keyPath: '',
    fingerprintSha256: certificate.fingerprint256,
    notAfter: new Date(certificate.validTo),
    isNew: true,
    notices: [],
  };
  const key = await createLeafKey();
  const pemFor: TestAuthority['pemFor'] = async (names, expired = false) => {
    const checked = leafNames(names);
    if (!checked.ok) throw new Error(checked.error.message);
    const nowMs = Date.now() - (expired ? 180 * dayMs : 0);
    const leaf = await signLeaf(issuerOf(authority), key, checked.value, nowMs);
    return { cert: leaf.pem, key: key.pem };
  };
  return {
    certificatePem: root.certificatePem,
    pemFor,
    contextFor: async (names, expired) => createSecureContext(await pemFor(names, expired)),
  };
}
