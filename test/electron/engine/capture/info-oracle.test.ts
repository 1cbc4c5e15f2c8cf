import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createDecoder } from '../../../../core/packets/decode.ts';
import { createDecodedPacket } from '../../../../core/packets/decoded-packet.ts';
import { createCaptureReader } from '../../../../core/packets/files/capture-read.ts';
import { noContext } from '../../../../core/packets/packet-info-context.ts';
import { createPacketDescriber } from '../../../../core/packets/packet-info.ts';
import { keepEvents } from '../../../support/capture-bytes.ts';
import { playFastOpen, playTcp, playUdp } from '../../../support/lab-plays.ts';
import { withLab } from '../../../support/packet-lab.ts';
import { nodePlatform } from '../../../support/platform.ts';
import { tsharkRows } from '../../../support/tshark.ts';

const columns = ['_ws.col.Protocol', '_ws.col.Info'] as const;

/** Of ICMP errors ours goes on with the conversation that they speak of. */
const added = /: UDP 10\.9\.0\.\d:\d+ → 10\.9\.0\.\d:9$/;

test('the columns Protocol and Info are tshark’s, but for troubles, which are counted otherwise', async () => {
  await withLab({ toServer: { drop: [3] } }, async (lab) => {
    const capture = await lab.capture({ at: 'server' });
    await playTcp(lab, 8000);
    await playTcp(lab, 3000, true);
    await playUdp(lab, 4000);
    await playUdp(lab, 4000, true);
    await playFastOpen(lab);
    const file = await capture.stop();
    const theirs = tsharkRows(file, columns, '', [
      ...['tcp.relative_sequence_numbers:FALSE', 'tcp.analyze_sequence_numbers:FALSE'],
    ]);
    const ours = describeAll(file);
    expect(ours).toHaveLength(theirs.length);
    ours.forEach(({ protocol, info }, at) => {
      expect([protocol, info.replace(added, '')]).toEqual(columns.map((column) => theirs[at]![column]));
    });
  });
});

function describeAll(file: string): readonly { protocol: string; info: string }[] {
  const lines: { protocol: string; info: string }[] = [];
  const describe = createPacketDescriber(nodePlatform);
  const decoder = createDecoder();
  const packet = createDecodedPacket();
  /** Shift counts of windows by port, out of the SYNs. */
  const scales = new Map<number, number>();
  const reader = createCaptureReader(
    {
      ...keepEvents([]),
      packet: (_number, seconds, _nanos, originalBytes, all, from, to) => {
        const bytes = all.subarray(from, to);
        decoder.decode(bytes, 0, bytes.length, 1, originalBytes, seconds, packet);
        if (packet.windowScale >= 0) scales.set(packet.sourcePort, packet.windowScale);
        lines.push(describe(packet, { ...noContext, windowScale: scales.get(packet.sourcePort) ?? null }));
      },
    },
    nodePlatform,
  );
  reader.bytes(readFileSync(file));
  reader.end();
  return lines;
}
