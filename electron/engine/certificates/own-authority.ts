import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { AuthorityPair } from './authority.ts';

/** Certificates looked at in one text. */
const certificatesMax = 20;
const rsaBitsMin = 2048;

/**
 * Checks a CA of the person's own: PEM of the certificate (others may be beside it: the one of the key is taken) and
 * of its EC or RSA key, which may be encrypted. Gives it as it is stored.
 *
 * Errors: `ca-invalid` (not PEM, no CA, a key that cannot be used, may not sign certificates), `ca-password` (missing
 * or wrong), `ca-key-mismatch`, `ca-expired`, `ca-not-yet-valid`.
 */
export function checkOwnAuthority(
  certificatePem: string,
  keyPem: string,
  password: string | null,
  nowMs: number,
): Result<AuthorityPair> {
  const certificates = certificatesIn(certificatePem);
  if (!certificates.ok) return certificates;
  const key = keyIn(keyPem, password);
  if (!key.ok) return key;
  const certificate = certificates.value.find((each) => each.checkPrivateKey(key.value));
  if (certificate === undefined) {
    return fail(
      'ca-key-mismatch',
      'The key does not belong to the certificate. Choose the two that belong together.',
    );
  }
  // Basic constraints and, where there is one, key usage (RFC 5280 sections 4.2.1.9 and 4.2.1.3).
  if (!certificate.ca) {
    return fail(
      'ca-invalid',
      'This certificate is not a CA: its basic constraints or its key usage do not let it sign others. Choose that of a CA.',
    );
  }
  const notAfter = new Date(certificate.validTo);
  if (notAfter.getTime() <= nowMs) {
    return fail('ca-expired', `This CA expired on ${day(notAfter)}. Choose one that is valid.`);
  }
  const notBefore = new Date(certificate.validFrom);
  if (notBefore.getTime() > nowMs) {
    return fail(
      'ca-not-yet-valid',
      `This CA is valid from ${day(notBefore)} on only. Check this computer's date, or choose another one.`,
    );
  }
  return succeed({
    certificatePem: certificate.toString(),
    keyPem: key.value.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
}

function certificatesIn(pem: string): Result<readonly X509Certificate[]> {
  const blocks = pem.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]+-----/g);
  if (blocks === null) {
    return fail(
      'ca-invalid',
      'There is no certificate in PEM form. A PKCS#12 file becomes one with: openssl pkcs12 -in FILE -nodes -out ca.pem',
    );
  }
  try {
    return succeed(blocks.slice(0, certificatesMax).map((block) => new X509Certificate(block)));
  } catch {
    return fail('ca-invalid', 'The certificate is damaged and cannot be read. Export it again.');
  }
}

function keyIn(pem: string, password: string | null): Result<KeyObject> {
  const block = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[^]*?-----END (?:[A-Z]+ )*PRIVATE KEY-----/.exec(
    pem,
  )?.[0];
  if (block === undefined) {
    return fail(
      'ca-invalid',
      'There is no private key in PEM form. It begins with -----BEGIN … PRIVATE KEY-----.',
    );
  }
  const isEncrypted = block.includes('ENCRYPTED');
  if (isEncrypted && (password === null || password === '')) {
    return fail('ca-password', 'The key is encrypted. Give its password.');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(isEncrypted ? { key: block, passphrase: password ?? '' } : block);
  } catch {
    return isEncrypted
      ? fail('ca-password', 'The key cannot be decrypted: the password is wrong, or the file is damaged.')
      : fail('ca-invalid', 'The private key is damaged and cannot be read. Export it again.');
  }
  if (key.asymmetricKeyType === 'ec') return succeed(key);
  if (key.asymmetricKeyType !== 'rsa') {
    return fail(
      'ca-invalid',
      `A key of kind ${key.asymmetricKeyType ?? 'unknown'} cannot be used. Take EC or RSA.`,
    );
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= rsaBitsMin
    ? succeed(key)
    : fail(
        'ca-invalid',
        `The RSA key has ${bits} bits, which clients refuse. Take one of ${rsaBitsMin} or more.`,
      );
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
