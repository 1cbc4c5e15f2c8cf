/** What a ClientHello made by hand holds; everything else is as small as it may be. */
export interface HelloParts {
  readonly legacyVersion?: number;
  readonly sessionId?: Buffer;
  readonly ciphers?: readonly number[];
  /** In this order. */
  readonly extensions?: readonly (readonly [type: number, body: Buffer])[];
}

/** A number of bytes in front of what it counts. */
export function vector(lengthBytes: number, ...pieces: readonly Buffer[]): Buffer {
  const body = Buffer.concat(pieces);
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(body.length, 0, lengthBytes);
  return Buffer.concat([length, body]);
}

export function numbers(values: readonly number[], bytesEach = 2): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(bytesEach);
      bytes.writeUIntBE(value, 0, bytesEach);
      return bytes;
    }),
  );
}

/** The handshake message (RFC 8446 section 4.1.2), without its record. */
export function helloMessage(parts: HelloParts): Buffer {
  const { legacyVersion = 0x0303, sessionId = Buffer.alloc(0), ciphers = [0xc02b], extensions = [] } = parts;
  const body = Buffer.concat([
    numbers([legacyVersion]),
    Buffer.alloc(32, 7),
    vector(1, sessionId),
    vector(2, numbers(ciphers)),
    vector(1, Buffer.from([0])),
    extensions.length === 0
      ? Buffer.alloc(0)
      : vector(2, ...extensions.map(([type, data]) => Buffer.concat([numbers([type]), vector(2, data)]))),
  ]);
  return Buffer.concat([Buffer.from([1]), vector(3, body)]);
}

/** In records of at most `recordBytesMax` bytes each (RFC 8446 section 5.1). */
export function helloRecords(message: Buffer, recordBytesMax = 16_384): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += recordBytesMax) {
    records.push(Buffer.from([22, 3, 1]), vector(2, message.subarray(at, at + recordBytesMax)));
  }
  return Buffer.concat(records);
}

export const helloExtensions = {
  serverName: (name: string): [number, Buffer] => [
    0,
    vector(2, Buffer.from([0]), vector(2, Buffer.from(name, 'latin1'))),
  ],
  alpn: (names: readonly string[]): [number, Buffer] => [
    16,
    vector(2, ...names.map((name) => vector(1, Buffer.from(name, 'latin1')))),
  ],
  versions: (versions: readonly number[]): [number, Buffer] => [43, vector(1, numbers(versions))],
  groups: (groups: readonly number[]): [number, Buffer] => [10, vector(2, numbers(groups))],
  pointFormats: (formats: readonly number[]): [number, Buffer] => [11, vector(1, numbers(formats, 1))],
  signatureAlgorithms: (schemes: readonly number[]): [number, Buffer] => [13, vector(2, numbers(schemes))],
  keyShares: (groups: readonly number[]): [number, Buffer] => [
    51,
    vector(2, ...groups.map((group) => Buffer.concat([numbers([group]), vector(2, Buffer.alloc(32, 9))]))),
  ],
  /** Of any type, with nothing in it or these bytes. */
  other: (type: number, body: Buffer = Buffer.alloc(0)): [number, Buffer] => [type, body],
};
