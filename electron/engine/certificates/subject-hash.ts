import { X509Certificate, createHash } from 'node:crypto';
import { elements, tags } from './der.ts';

/** Version, serial number, signature, issuer and validity come before the subject (RFC 5280 section 4.1). */
const subjectAt = 5;

/**
 * What OpenSSL calls `subject_hash_old`, under which Android keeps the authorities of its system: the first four bytes of the MD5 digest of the subject's
 * DER, the lowest first, as eight hexadecimal digits. Null for what is no certificate of version 3.
 */
export function subjectHash(certificatePem: string): string | null {
  const [certificate] = elements(new X509Certificate(certificatePem).raw) ?? [];
  const [signed] = elements(certificate?.content ?? new Uint8Array()) ?? [];
  const subject = elements(signed?.content ?? new Uint8Array())?.[subjectAt];
  if (subject?.tag !== tags.sequence) return null;
  return createHash('md5').update(subject.whole).digest().subarray(0, 4).reverse().toString('hex');
}
