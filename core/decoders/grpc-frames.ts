/** A message in its frame (gRPC over HTTP/2, "Length-Prefixed-Message"; trailers in a frame are gRPC-Web's). */
export interface GrpcMessage {
  readonly from: number;
  readonly to: number;
  readonly compressed: boolean;
  readonly trailers: boolean;
  readonly cutOff: boolean;
}

const messagesMax = 10_000;

/** The messages, or null where the bytes are not frames from the first one on. */
export function grpcMessages(bytes: Uint8Array): readonly GrpcMessage[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: GrpcMessage[] = [];
  let at = 0;
  while (at + 5 <= bytes.length && messages.length < messagesMax) {
    const flags = bytes[at] ?? 0;
    if ((flags & 0x7e) !== 0) return null;
    const from = at + 5;
    const end = from + view.getUint32(at + 1);
    const cutOff = end > bytes.length;
    if (cutOff && messages.length === 0) return null;
    messages.push({
      from,
      to: Math.min(end, bytes.length),
      compressed: (flags & 1) === 1,
      trailers: (flags & 0x80) !== 0,
      cutOff,
    });
    at = end;
  }
  return messages.length === 0 || (at < bytes.length && at + 5 > bytes.length) ? null : messages;
}
