import { createHash, createHmac, randomBytes, type KeyObject } from 'node:crypto';
import * as der from './der.ts';

/** Rounds of the key derivation for the integrity check, as OpenSSL 3 writes it. */
const macRounds = 2048;
const bmpStringTag = 0x1e;

const ids = {
  data: '1.2.840.113549.1.7.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

export interface Pkcs12Content {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
  /** What programs list it by. */
  readonly name: string;
  /** Not empty. */
  readonly password: string;
}

/**
 * A PKCS#12 file (RFC 7292) of one certificate and its key: the key encrypted with AES-256 (PBES2), the whole
 * protected by HMAC-SHA-256. Windows 10, macOS 12, Android, Firefox, Java and OpenSSL of this decade read that.
 */
export function writePkcs12({ certificate, key, name, password }: Pkcs12Content): Uint8Array {
  const encryptedKey = key.export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: password,
  });
  const attributes = der.element(
    der.tags.set,
    attribute(ids.friendlyName, der.element(bmpStringTag, utf16(name))),
    attribute(ids.localKeyId, octets(createHash('sha1').update(certificate).digest())),
  );
  const certificateBag = der.sequence(
    der.objectIdentifier(ids.certificateBag),
    explicit(der.sequence(der.objectIdentifier(ids.x509Certificate), explicit(octets(certificate)))),
    attributes,
  );
  const keyBag = der.sequence(der.objectIdentifier(ids.shroudedKeyBag), explicit(encryptedKey), attributes);
  const safe = der.sequence(contentInfo(der.sequence(certificateBag)), contentInfo(der.sequence(keyBag)));
  const salt = randomBytes(16);
  const mac = createHmac('sha256', macKey(password, salt)).update(safe).digest();
  return der.sequence(
    integer(3),
    contentInfo(safe),
    der.sequence(
      der.sequence(der.sequence(der.objectIdentifier(ids.sha256), der.element(der.tags.null)), octets(mac)),
      octets(salt),
      integer(macRounds),
    ),
  );
}

/** RFC 7292 appendix B.2 with SHA-256 and identifier 3; one block of the hash is the whole key. */
function macKey(password: string, salt: Uint8Array): Uint8Array {
  const blockBytes = 64;
  const terminated = Buffer.concat([utf16(password), Buffer.alloc(2)]);
  let hash = createHash('sha256')
    .update(Buffer.alloc(blockBytes, 3))
    .update(repeated(salt, blockBytes))
    .update(repeated(terminated, blockBytes))
    .digest();
  for (let round = 1; round < macRounds; round++) hash = createHash('sha256').update(hash).digest();
  return hash;
}

/** `bytes` over and over, up to the next full block. */
function repeated(bytes: Uint8Array, blockBytes: number): Uint8Array {
  const size = Math.ceil(bytes.length / blockBytes) * blockBytes;
  return Uint8Array.from({ length: size }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** Big-endian, without a mark (a BMPString, X.690 section 8.23.8). */
function utf16(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}

function contentInfo(content: Uint8Array): Uint8Array {
  return der.sequence(der.objectIdentifier(ids.data), explicit(octets(content)));
}

function attribute(id: string, value: Uint8Array): Uint8Array {
  return der.sequence(der.objectIdentifier(id), der.element(der.tags.set, value));
}

/** `[0]`, explicit. */
function explicit(content: Uint8Array): Uint8Array {
  return der.element(0xa0, content);
}

function octets(content: Uint8Array): Uint8Array {
  return der.element(der.tags.octetString, content);
}

/** 0 to 32,767. */
function integer(value: number): Uint8Array {
  return der.element(
    der.tags.integer,
    value < 0x80 ? Uint8Array.of(value) : Uint8Array.of(value >>> 8, value & 0xff),
  );
}
