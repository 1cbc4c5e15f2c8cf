import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const dayMs = 86_400_000;
const backDatedMs = 2 * dayMs;
const lifetimeMs = 3652 * dayMs;

/** A new CA, both parts as PEM. The key is PKCS#8, unencrypted. */
export interface RootCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** `ec`: P-256. `rsa`: 2048 bits, for devices that know nothing newer. */
export type RootKeyKind = 'ec' | 'rsa';

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
} as const;

/**
 * Makes the root (RFC 5280 section 4): EC P-256 unless asked for RSA, ten years, back-dated two days, may sign leaves only (path length 0).
 *
 * `computerName` goes into the common name, without which iOS never lists a root, beside a random mark: clients look
 * issuers up by name, so that two CAs of one computer must not share theirs.
 *
 * This file alone loads the certificate library (170 ms), so it is imported only where a CA is made.
 */
export async function createRootCertificate(
  computerName: string,
  nowMs: number,
  keyKind: RootKeyKind = 'ec',
): Promise<RootCertificate> {
  const algorithm = algorithms[keyKind];
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: [commonName(computerName)] }, { O: ['Plumbline'] }],
      notBefore: new Date(nowMs - backDatedMs),
      notAfter: new Date(nowMs - backDatedMs + lifetimeMs),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificatePem: certificate.toString('pem') + '\n',
    keyPem: PemConverter.encode(key, 'PRIVATE KEY') + '\n',
  };
}

/** At most 64 characters (X.520, ub-common-name), letters, digits, dot and hyphen of the computer's name. */
function commonName(computerName: string): string {
  const host = computerName.replace(/[^A-Za-z0-9.-]/g, '').slice(0, 40);
  return ['Plumbline CA', host, randomBytes(3).toString('hex')].filter((part) => part !== '').join(' ');
}

/** Hexadecimal, 16 random bytes, positive (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
