/** What a server answers first (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3). Numbers are those of the registries of TLS. */
export interface ServerHello {
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** What was chosen: `supported_versions` where it is there. */
  readonly version: number;
  /** Up to TLS 1.2 the session, in TLS 1.3 the client's own echoed. */
  readonly sessionId: Uint8Array;
  readonly cipher: number;
  /** Key exchange group of TLS 1.3, also of a retry; null where the hello does not say it. */
  readonly group: number | null;
  /** Up to TLS 1.2; null for none, and in TLS 1.3, which chooses it in its encrypted extensions. */
  readonly alpn: string | null;
  /** A pre-shared key of TLS 1.3 was taken. */
  readonly preSharedKey: boolean;
  /** RFC 7366. */
  readonly encryptThenMac: boolean;
  /** Not a hello but the wish for another one: a HelloRetryRequest. */
  readonly isRetry: boolean;
}

/** SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3). */
const retryRandom = Uint8Array.of(
  ...[0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91],
  ...[0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c],
);

const types = { alpn: 16, encryptThenMac: 22, preSharedKey: 41, versions: 43, keyShare: 51 } as const;

/** From the body of the handshake message; null where lengths contradict each other. Keeps no reference to `body`. */
export function readServerHello(body: Uint8Array): ServerHello | null {
  const sessionEnd = 35 + (body[34] ?? 0);
  if (sessionEnd + 3 > body.length) return null;
  const extensions = readExtensionList(body, sessionEnd + 3);
  if (extensions === null) return null;
  const random = body.slice(2, 34);
  const versions = extensions.get(types.versions);
  const keyShare = extensions.get(types.keyShare);
  return {
    random,
    version: versions === undefined ? uint16(body, 0) : uint16(versions, 0),
    sessionId: body.slice(35, sessionEnd),
    cipher: uint16(body, sessionEnd),
    group: keyShare === undefined ? null : uint16(keyShare, 0),
    alpn: readChosenAlpn(extensions.get(types.alpn)),
    preSharedKey: extensions.has(types.preSharedKey),
    encryptThenMac: extensions.has(types.encryptThenMac),
    isRetry: retryRandom.every((byte, index) => random[index] === byte),
  };
}

/** A list of extensions behind its length at `from`, by type; empty where the message ends before. Null where a length cannot be. */
export function readExtensionList(body: Uint8Array, from: number): Map<number, Uint8Array> | null {
  const found = new Map<number, Uint8Array>();
  if (from >= body.length) return found;
  const end = from + 2 + uint16(body, from);
  if (end > body.length) return null;
  for (let at = from + 2; at + 4 <= end;) {
    const next = at + 4 + uint16(body, at + 2);
    if (next > end) return null;
    const type = uint16(body, at);
    if (!found.has(type)) found.set(type, body.subarray(at + 4, next));
    at = next;
  }
  return found;
}

/** The one protocol that a server names (RFC 7301 section 3.1), a character a byte. */
export function readChosenAlpn(extension: Uint8Array | undefined): string | null {
  if (extension === undefined || extension.length < 3) return null;
  return String.fromCharCode(...extension.subarray(3, 3 + (extension[2] ?? 0)));
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
