import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CaptureInterface } from '../../../../core/packets/capture-events.ts';
import { createPcapngWriter } from '../../../../core/packets/files/pcapng-write.ts';
import { bytesOf, ipv4Packet, tcpFrame, tcpSegment } from '../../../support/capture-bytes.ts';
import { nodePlatform } from '../../../support/platform.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { tsharkRows } from '../../../support/tshark.ts';

const frames = Array.from({ length: 20 }, (_, at) => tcpFrame({ seq: at * 10 + 1, payload: 'x'.repeat(at) }));

test('tshark and capinfos read of a pcapng file what was written', () => {
  const file = path.join(scratchFolder(), 'written.pcapng');
  const chunks: Uint8Array[] = [];
  const writer = createPcapngWriter(
    { application: 'Plumbline', comment: 'from a session' },
    nodePlatform,
    (chunk) => chunks.push(chunk),
  );
  writer.secrets(`CLIENT_RANDOM ${'11'.repeat(32)} ${'22'.repeat(48)}\n`);
  writer.names([
    ['10.0.0.1', 'client.test'],
    ['fd00::1', 'six.test'],
  ]);
  writer.interface({ ...ethernet, name: 'eth0', filter: 'port 80', unitsPerSecond: 1e9 });
  writer.interface({ ...ethernet, name: 'tun0', linkType: 101, unitsPerSecond: 1e6 });
  frames.forEach((bytes, at) => {
    const more = {
      comment: `number ${at + 1}`,
      direction: at % 2 === 0 ? 'in' : 'out',
      processId: 7,
      threadId: 8,
      droppedBefore: 3,
    } as const;
    writer.packet(0, 1_700_000_000, at * 1_000_001, bytes.length + 1000, bytes, more);
  });
  writer.packet(1, 1_700_000_001, 5_000, 45, ipv4Packet(tcpSegment({ payload: 'hello' })), null);
  writer.statistics(
    0,
    { received: 25, droppedByKernel: 4, droppedByInterface: null },
    { seconds: 1_700_000_002, nanos: 0 },
  );
  writer.end();
  writeFileSync(file, bytesOf(...chunks));

  const rows = tsharkRows(file, [
    'frame.time_epoch',
    'frame.len',
    'frame.cap_len',
    'frame.interface_name',
    'frame.packet_flags_direction',
    'frame.comment',
    'ip.src',
    'tcp.len',
  ]);
  expect(rows).toHaveLength(21);
  rows.slice(0, 20).forEach((row, at) => {
    expect(row).toEqual({
      'frame.time_epoch': `1700000000.${String(at * 1_000_001).padStart(9, '0')}`,
      'frame.len': String(frames[at]!.length + 1000),
      'frame.cap_len': String(frames[at]!.length),
      'frame.interface_name': 'eth0',
      'frame.packet_flags_direction': at % 2 === 0 ? '0x00000001' : '0x00000002',
      'frame.comment': `number ${at + 1}`,
      'ip.src': '10.0.0.1',
      'tcp.len': String(at),
    });
  });
  expect(rows[20]).toMatchObject({
    'frame.time_epoch': '1700000001.000005000',
    'frame.interface_name': 'tun0',
    'tcp.len': '5',
  });

  const told = capinfos(file);
  for (const line of [
    /Capture application: +Plumbline/,
    /Capture comment: +from a session/,
    /Number of packets: +21/,
    /Number of decryption secrets in file: +1/,
    /Number of resolved IPv4 addresses in file: +1/,
    /Number of resolved IPv6 addresses in file: +1/,
    /Number of interfaces in file: 2/,
    /Name = eth0/,
    /Filter string = port 80/,
    /Time precision = nanoseconds \(9\)/,
    /Time precision = microseconds \(6\)/,
  ])
    expect(told).toMatch(line);
});

const ethernet: CaptureInterface = {
  name: '',
  description: '',
  linkType: 1,
  snapBytes: 262_144,
  filter: '',
  system: '',
  unitsPerSecond: 1e6,
};

function capinfos(file: string): string {
  return execFileSync('capinfos', ['-M', file], { encoding: 'utf8' });
}
