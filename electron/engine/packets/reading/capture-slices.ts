import type { PacketFile, PacketPlace } from './packet-file.ts';
import { createPcapngWriter } from '../../../../core/packets/files/pcapng-write.ts';
import { nodePlatform } from '../../proxy/platform.ts';

/** A small capture file made of some packets, and which they are: frame n of the file is `numbers[n - 1]`. */
export interface CaptureSlice {
  readonly bytes: Uint8Array;
  readonly numbers: Uint32Array;
}

/** Writes these packets into a pcapng file in memory, with the secrets in front. */
export function captureOf(file: PacketFile, numbers: readonly number[], keyLog: string): CaptureSlice {
  const chunks: Uint8Array[] = [];
  const writer = createPcapngWriter({ application: 'Plumbline', comment: '' }, nodePlatform, (chunk) =>
    chunks.push(chunk),
  );
  if (keyLog !== '') writer.secrets(keyLog);
  const interfaces = new Map<number, number>();
  for (const number of numbers) {
    const place = file.place(number);
    if (place !== null) writePacket(file, place, interfaces, writer);
  }
  writer.end();
  return { bytes: Buffer.concat(chunks), numbers: Uint32Array.from(numbers) };
}

function writePacket(
  file: PacketFile,
  place: PacketPlace,
  interfaces: Map<number, number>,
  writer: ReturnType<typeof createPcapngWriter>,
): void {
  const columns = file.columns(place.block);
  if (columns === null) return;
  const { index } = place;
  const id = columns.interfaces[index] as number;
  let written = interfaces.get(id);
  if (written === undefined) {
    const info = file.interfaceOf(id);
    if (info === null) return;
    written = interfaces.size;
    interfaces.set(id, written);
    writer.interface(info);
  }
  writer.packet(
    written,
    columns.baseSeconds + (columns.seconds[index] as number),
    columns.nanos[index] as number,
    columns.original[index] as number,
    file.frame(place),
    null,
  );
}
