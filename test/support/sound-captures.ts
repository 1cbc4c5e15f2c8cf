import { bytesOf, le16, le32, pcapngBlock, pcapngOption } from './capture-bytes.ts';
import { pcapOf, synOptions, tcpFrame, type TimedFrame } from './frame-bytes.ts';
import { httpFrames } from './http-capture.ts';

/** A capture file, and where each of its packets begins in it. */
export interface RecordedFile {
  readonly bytes: Uint8Array;
  readonly records: readonly number[];
}

/** When the middle of a capture begins. */
export const startUs = 1_795_000_000_000_000;

/** The middle of a capture between the two sound exchanges. Their ports differ from those of other places in several bits. */
export function around(middle: readonly TimedFrame[], place: number): TimedFrame[] {
  const first = httpFrames(40_001 + 3 * place, 8000 + 7 * place, startUs - 1_000_000);
  const last = httpFrames(41_001 + 3 * place, 8000 + 7 * place, startUs + 60_000_000);
  return [...first, ...middle, ...last];
}

/** A TCP connection that says these bytes, its first 60 packets. */
export function conversation(
  steps: readonly { readonly sender: 'client' | 'server'; readonly bytes: Uint8Array }[],
  port: number,
): readonly TimedFrame[] {
  const ends = {
    client: { from: '10.1.0.5', to: '10.1.0.9', sourcePort: 50_321, destinationPort: port },
    server: { from: '10.1.0.9', to: '10.1.0.5', sourcePort: port, destinationPort: 50_321 },
  };
  const seq = { client: 1001, server: 5001 };
  const frames = [
    tcpFrame({ ...ends.client, seq: 1000, flags: 'S', options: synOptions }),
    tcpFrame({ ...ends.server, seq: 5000, ack: 1001, flags: 'SA', options: synOptions }),
  ];
  for (const { sender, bytes } of steps) {
    const other = sender === 'client' ? 'server' : 'client';
    for (let at = 0; at < bytes.length; at += 900) {
      const payload = bytes.subarray(at, at + 900);
      frames.push(tcpFrame({ ...ends[sender], seq: seq[sender], ack: seq[other], flags: 'PA', payload }));
      seq[sender] += payload.length;
    }
  }
  return frames.slice(0, 60).map((bytes, at) => ({ bytes, atUs: startUs + at * 700 }));
}

export function recorded(frames: readonly TimedFrame[]): RecordedFile {
  const records: number[] = [];
  let at = 24;
  for (const { bytes } of frames) {
    records.push(at);
    at += 16 + bytes.length;
  }
  return { bytes: pcapOf(frames), records };
}

export function ngOf(frames: readonly TimedFrame[], keyLog: string): RecordedFile {
  const head = bytesOf(
    pcapngBlock(0x0a0d0d0a, bytesOf(le32(0x1a2b3c4d), le16(1), le16(0), le32(0xffffffff), le32(0xffffffff))),
    pcapngBlock(1, bytesOf(le16(1), le16(0), le32(0), pcapngOption(2, 'eth0'))),
    pcapngBlock(10, bytesOf(le32(0x544c534b), le32(keyLog.length), keyLog)),
  );
  const records: number[] = [];
  const parts = [head];
  let at = head.length;
  for (const { bytes, atUs, originalBytes = bytes.length } of frames) {
    const padding = new Uint8Array((4 - (bytes.length % 4)) % 4);
    const time = [le32(Math.floor(atUs / 2 ** 32)), le32(atUs % 2 ** 32)] as const;
    const fixed = bytesOf(le32(0), ...time, le32(bytes.length), le32(originalBytes));
    const block = pcapngBlock(6, bytesOf(fixed, bytes, padding, pcapngOption(1, 'seen')));
    records.push(at);
    parts.push(block);
    at += block.length;
  }
  return { bytes: bytesOf(...parts), records };
}
