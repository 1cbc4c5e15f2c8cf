/** Frames of a WebSocket (RFC 6455 section 5.2), written by hand for scripts. */

export interface FrameOptions {
  readonly final?: boolean;
  /** RSV1: compressed under permessage-deflate. */
  readonly compressed?: boolean;
  /** Four bytes; clients must mask. */
  readonly mask?: readonly [number, number, number, number];
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export function webSocketFrame(
  opcode: number,
  payload: string | Uint8Array,
  { final = true, compressed = false, mask }: FrameOptions = {},
): Buffer {
  const bytes = Buffer.from(typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload);
  const masked = mask === undefined ? 0 : 0x80;
  const first = (final ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode;
  const header =
    bytes.length < 126
      ? Buffer.from([first, masked | bytes.length])
      : bytes.length < 65_536
        ? Buffer.from([first, masked | 126, bytes.length >> 8, bytes.length & 255])
        : Buffer.concat([Buffer.from([first, masked | 127]), longLength(bytes.length)]);
  if (mask === undefined) return Buffer.concat([header, bytes]);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return Buffer.concat([header, Buffer.from(mask), bytes]);
}

function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

export function closeFrame(code: number | null, reason = '', options: FrameOptions = {}): Buffer {
  const payload =
    code === null
      ? Buffer.alloc(0)
      : Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
  return webSocketFrame(opcodes.close, payload, options);
}

/** A client's opening handshake (RFC 6455 section 1.3), with its usual key. */
export function webSocketRequest(target: string, authority: string, more = ''): string {
  return (
    `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${more}\r\n`
  );
}

export function webSocketAnswer(more = ''): string {
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n${more}\r\n`
  );
}
