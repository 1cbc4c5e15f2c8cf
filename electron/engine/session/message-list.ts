import type { MessageKind, MessageRecord } from '../../../core/model/message-record.ts';

/** Their codes rest in session files: new ones go to the end. */
const kinds: readonly MessageKind[] = ['websocket', 'event', 'grpc'];

/**
 * Stored form of a message, little-endian: kind, side (1: response), code, flags (a byte each), header bytes and close
 * code (u32), place, payload bytes, arrival of its first and last byte (f64).
 */
export const storedMessageBytes = 44;

/** Writes the stored form at `at`. */
export function packMessage(view: DataView, at: number, message: MessageRecord): void {
  view.setUint8(at, kinds.indexOf(message.kind));
  view.setUint8(at + 1, message.side === 'response' ? 1 : 0);
  view.setUint8(at + 2, message.code);
  view.setUint8(at + 3, message.flags);
  view.setUint32(at + 4, message.headerBytes, true);
  view.setUint32(at + 8, message.closeCode, true);
  view.setFloat64(at + 12, message.from, true);
  view.setFloat64(at + 20, message.payloadBytes, true);
  view.setFloat64(at + 28, message.firstAtUs, true);
  view.setFloat64(at + 36, message.lastAtUs, true);
}

/** An incomplete entry at the end is left out; what cannot be (a forged file) is null, so that the others keep their numbers. */
export function unpackMessages(packed: Uint8Array): (MessageRecord | null)[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const messages: (MessageRecord | null)[] = [];
  for (let at = 0; at + storedMessageBytes <= packed.length; at += storedMessageBytes) {
    const kind = kinds[view.getUint8(at)];
    const numbers = [12, 20, 28, 36].map((offset) => view.getFloat64(at + offset, true));
    const [from, payloadBytes, firstAtUs, lastAtUs] = numbers as [number, number, number, number];
    const isSound = numbers.every((number) => Number.isFinite(number) && number >= 0);
    const isWhole = Number.isSafeInteger(from) && Number.isSafeInteger(payloadBytes);
    if (kind === undefined || !isSound || !isWhole) {
      messages.push(null);
      continue;
    }
    messages.push({
      kind,
      side: view.getUint8(at + 1) === 1 ? 'response' : 'request',
      code: view.getUint8(at + 2),
      flags: view.getUint8(at + 3),
      headerBytes: view.getUint32(at + 4, true),
      closeCode: view.getUint32(at + 8, true),
      from,
      payloadBytes,
      firstAtUs,
      lastAtUs,
    });
  }
  return messages;
}
