/** Frames of HTTP/2 (RFC 9113 section 4.1), written by hand for scripts. */

export const http2Preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const http2Flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export function http2Frame(
  type: keyof typeof types | number,
  flags: number,
  stream: number,
  payload: Uint8Array,
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = typeof type === 'number' ? type : types[type];
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** Identifiers and values (RFC 9113 section 6.5.1). */
export function http2Settings(...settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  for (const [index, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return http2Frame('settings', 0, 0, payload);
}

export function http2SettingsAck(): Buffer {
  return http2Frame('settings', http2Flags.ack, 0, Buffer.alloc(0));
}

/** A header block of literals that enter no table and use no Huffman code (RFC 7541 section 6.2.2). */
export function http2Block(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length > 126) throw new Error('This helper writes short texts only.');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

export function http2Headers(
  stream: number,
  fields: readonly (readonly [name: string, value: string])[],
  endStream: boolean,
): Buffer {
  const flags = http2Flags.endHeaders | (endStream ? http2Flags.endStream : 0);
  return http2Frame('headers', flags, stream, http2Block(fields));
}

export function http2Data(stream: number, data: string | Uint8Array, endStream: boolean): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return http2Frame('data', endStream ? http2Flags.endStream : 0, stream, bytes);
}

export function http2Number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function http2Goaway(lastStream: number, errorCode: number, debug = ''): Buffer {
  return http2Frame(
    'goaway',
    0,
    0,
    Buffer.concat([http2Number(lastStream), http2Number(errorCode), Buffer.from(debug)]),
  );
}

export function http2Get(authority: string, path: string, scheme: string): [string, string][] {
  return [
    [':method', 'GET'],
    [':scheme', scheme],
    [':authority', authority],
    [':path', path],
  ];
}
