import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Authority } from './authority.ts';
import * as der from './der.ts';
import type { HostName, LeafNames } from './names.ts';

const dayMs = 86_400_000;

/** Whole life of a leaf, the back-dated part included: below every limit clients have or have announced. */
export const leafLifetimeMs = 45 * dayMs;

/** For clients whose clock is behind ours. */
export const backDatedMs = 2 * dayMs;

/** What a leaf takes from its issuer, read once. */
export interface Issuer {
  readonly key: KeyObject;
  /** AlgorithmIdentifier, DER. */
  readonly signatureAlgorithm: Uint8Array;
  /** The CA's subject, byte for byte: clients compare it so. */
  readonly name: Uint8Array;
  /** AuthorityKeyIdentifier, DER, as extension. */
  readonly authorityKeyId: Uint8Array;
  readonly notAfterMs: number;
}

/** The key pair all leaves of a process share. */
export interface LeafKey {
  /** PKCS#8. */
  readonly pem: string;
  readonly publicKeyInfo: Uint8Array;
  /** The extensions that are the same in every leaf, DER. */
  readonly extensions: Uint8Array;
}

export interface Leaf {
  readonly pem: string;
  readonly notAfterMs: number;
}

/** `authority` as given by `loadOrCreateAuthority`: anything else is our mistake and throws. */
export function issuerOf(authority: Authority): Issuer {
  const certificate = new X509Certificate(authority.certificatePem);
  const key = createPrivateKey(authority.keyPem);
  const fields = certificateFields(certificate.raw);
  const keyId = fields.subjectKeyId ?? keyIdOf(fields.publicKeyInfo);
  return {
    key,
    signatureAlgorithm: signatureAlgorithmOf(key),
    name: fields.subject,
    // RFC 5280 section 4.2.1.1: [0] keyIdentifier.
    authorityKeyId: extension('2.5.29.35', false, der.sequence(der.element(0x80, keyId))),
    notAfterMs: authority.notAfter.getTime(),
  };
}

/**
 * A fresh key pair, made on the thread pool: EC P-256, or RSA-2048 (200 ms) under a root of that kind, whose clients
 * may know nothing newer.
 */
export async function createLeafKey(kind: 'ec' | 'rsa' = 'ec'): Promise<LeafKey> {
  const generate = promisify(generateKeyPair);
  const pair =
    kind === 'rsa'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: 'P-256' });
  const publicKeyInfo = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
  return {
    pem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyInfo,
    extensions: Buffer.concat([
      // Sections of RFC 5280: basicConstraints 4.2.1.9 (CA false is the default, hence empty), keyUsage 4.2.1.3
      // (bit 0, digitalSignature; for RSA bit 2 too, keyEncipherment), extKeyUsage 4.2.1.12 (serverAuth), subjectKeyIdentifier 4.2.1.2.
      extension('2.5.29.19', true, der.sequence()),
      extension(
        '2.5.29.15',
        true,
        der.element(der.tags.bitString, kind === 'rsa' ? Uint8Array.of(5, 0xa0) : Uint8Array.of(7, 0x80)),
      ),
      extension('2.5.29.37', false, der.sequence(der.objectIdentifier('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.14', false, der.element(der.tags.octetString, keyIdOf(publicKeyInfo))),
    ]),
  };
}

/**
 * Signs a leaf certificate (RFC 5280 section 4.1) for `names`, the signature itself on the thread pool.
 * It is valid from two days before `nowMs` (ms since the Unix epoch), for 45 days in all, but not longer than the CA.
 */
export async function signLeaf(issuer: Issuer, key: LeafKey, names: LeafNames, nowMs: number): Promise<Leaf> {
  const notBeforeMs = nowMs - backDatedMs;
  const notAfterMs = Math.min(notBeforeMs + leafLifetimeMs, issuer.notAfterMs);
  const toBeSigned = der.sequence(
    der.element(0xa0, der.element(der.tags.integer, Uint8Array.of(2))), // v3
    der.element(der.tags.integer, serialNumber()),
    issuer.signatureAlgorithm,
    issuer.name,
    der.sequence(der.time(notBeforeMs), der.time(notAfterMs)),
    subjectOf(names),
    key.publicKeyInfo,
    der.element(
      0xa3,
      der.sequence(
        key.extensions,
        issuer.authorityKeyId,
        extension('2.5.29.17', false, der.sequence(...names.names.map(generalName))),
      ),
    ),
  );
  const signature = await signAsync('sha256', toBeSigned, issuer.key);
  const certificate = der.sequence(toBeSigned, issuer.signatureAlgorithm, der.bitString(signature));
  return { pem: toPem(certificate), notAfterMs };
}

function signAsync(digest: string, data: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign(digest, data, key, (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}

/** 16 random bytes, positive and of full length (RFC 5280 section 4.1.2.2: at most 20). */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** The first name as CN, cut to the 64 characters X.520 allows; clients look at the alternative names. */
function subjectOf(names: LeafNames): Uint8Array {
  const commonName = der.utf8String(names.names[0].text.slice(0, 64));
  return der.sequence(der.element(der.tags.set, der.sequence(der.objectIdentifier('2.5.4.3'), commonName)));
}

/** RFC 5280 section 4.2.1.6: dNSName [2], iPAddress [7]. */
function generalName(name: HostName): Uint8Array {
  return name.kind === 'ip'
    ? der.element(0x87, name.bytes)
    : der.element(0x82, new TextEncoder().encode(name.text));
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return der.sequence(
    der.objectIdentifier(id),
    critical ? der.element(der.tags.boolean, Uint8Array.of(0xff)) : new Uint8Array(0),
    der.element(der.tags.octetString, value),
  );
}

/** RFC 5758 section 3.2 (no parameters) and RFC 4055 section 5 (NULL). */
function signatureAlgorithmOf(key: KeyObject): Uint8Array {
  return key.asymmetricKeyType === 'rsa'
    ? der.sequence(der.objectIdentifier('1.2.840.113549.1.1.11'), der.element(der.tags.null))
    : der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));
}

/** SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2, method 1): an identifier, not a protection. */
function keyIdOf(publicKeyInfo: Uint8Array): Uint8Array {
  const bits = childrenOf(inside(publicKeyInfo))[1];
  if (bits === undefined) throw new Error('public key without bits');
  return createHash('sha1').update(bits.content.subarray(1)).digest();
}

function certificateFields(certificate: Uint8Array): {
  subject: Uint8Array;
  publicKeyInfo: Uint8Array;
  subjectKeyId: Uint8Array | null;
} {
  // version [0], serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, …, extensions [3]
  const fields = childrenOf(inside(inside(certificate)));
  const [, , , , , subject, publicKeyInfo] = fields;
  if (subject === undefined || publicKeyInfo === undefined) throw new Error('not a version 3 certificate');
  const extensions = fields.find((field) => field.tag === 0xa3);
  return {
    subject: subject.whole,
    publicKeyInfo: publicKeyInfo.whole,
    subjectKeyId: extensions === undefined ? null : subjectKeyIdIn(extensions.content),
  };
}

function subjectKeyIdIn(extensions: Uint8Array): Uint8Array | null {
  const wanted = der.objectIdentifier('2.5.29.14');
  for (const each of childrenOf(inside(extensions))) {
    const parts = childrenOf(each.content);
    const [id, value] = [parts[0], parts.at(-1)];
    if (id && value && Buffer.compare(id.whole, wanted) === 0) return inside(value.content);
  }
  return null;
}

/** The elements inside `bytes`. Throws on bytes OpenSSL would not have accepted either. */
function childrenOf(bytes: Uint8Array): readonly der.Element[] {
  const found = der.elements(bytes);
  if (found === null) throw new Error('bad DER in the CA certificate');
  return found;
}

/** The contents of the first element inside `bytes`. */
function inside(bytes: Uint8Array): Uint8Array {
  const first = childrenOf(bytes)[0];
  if (first === undefined) throw new Error('missing element in the CA certificate');
  return first.content;
}

function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
