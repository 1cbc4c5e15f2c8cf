import type { Followed } from '../../../../core/contract/packets.ts';
import { succeed, type Result } from '../../../../core/model/result.ts';
import type { Dissection } from '../../dissection/dissection.ts';
import type { DecodeAsRule } from '../../dissection/dissector.ts';
import { captureOf } from './capture-slices.ts';
import type { PacketFile } from './packet-file.ts';
import { numbersOf } from './replay.ts';

/** Frames of a conversation that are handed to Wireshark's engine to be followed. */
const sliceBytesMax = 64 * 1024 * 1024;

export interface FollowHttpOptions {
  readonly file: PacketFile;
  readonly dissector: Dissection;
  readonly keyLog: string;
  readonly rules: readonly DecodeAsRule[];
}

/** HTTP as Wireshark's engine follows it: chunks joined, compression undone. */
export async function followHttp(
  { file, dissector, keyLog, rules }: FollowHttpOptions,
  span: { readonly id: number; readonly firstPacket: number; readonly lastPacket: number },
  as: 'http' | 'http2',
  from: number,
  bytesMax: number,
): Promise<Result<Followed>> {
  const numbers: number[] = [];
  let bytes = 0;
  for (const number of numbersOf(file, span.id, span.firstPacket, span.lastPacket)) {
    const place = file.place(number);
    bytes += place === null ? 0 : file.frame(place).length;
    if (bytes > sliceBytesMax) break;
    numbers.push(number);
  }
  const capture = captureOf(file, numbers, keyLog);
  const key = `conversation ${span.id} all ${numbers.length} ${keyLog.length} ${JSON.stringify(rules)}`;
  const told = await dissector.follow(
    { key, bytes: capture.bytes, decodeAs: rules },
    as.toUpperCase(),
    'tcp.stream eq 0',
  );
  const totalBytes = { a: 0, b: 0 };
  if (!told.ok) {
    return succeed({ pieces: [], nextFrom: null, totalBytes, problem: told.error.message });
  }
  const pieces: Followed['pieces'] = [];
  let at = 0;
  let nextFrom: number | null = null;
  for (const piece of told.value) {
    const end = piece.fromServer ? 'b' : 'a';
    totalBytes[end] += piece.bytes.length;
    const packet = numbers[piece.frame - 1] ?? span.firstPacket;
    const part = piece.bytes.subarray(Math.max(0, from - at), Math.max(0, from + bytesMax - at));
    if (part.length > 0) pieces.push({ end, atUs: 0, packet, bytes: part, missingBefore: 0 });
    at += piece.bytes.length;
    if (at > from + bytesMax) nextFrom ??= from + bytesMax;
  }
  return succeed({
    pieces,
    nextFrom,
    totalBytes,
    problem: bytes > sliceBytesMax ? 'Only the first 64 MB of this conversation were followed.' : null,
  });
}
