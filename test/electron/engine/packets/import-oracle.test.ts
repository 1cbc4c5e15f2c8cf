import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { ConversationRow } from '../../../../core/contract/packets.ts';
import { playSlowReader, playTcp, playUdp } from '../../../support/lab-plays.ts';
import {
  withLab,
  type CaptureOptions,
  type PacketLab,
  type PacketLabOptions,
} from '../../../support/packet-lab.ts';
import {
  conversationsOf,
  followedOf,
  importInto,
  packetRowsOf,
  readingSession,
} from '../../../support/packet-session.ts';
import { runCli } from '../../../support/program.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { tshark, tsharkRows, tsharkVersion } from '../../../support/tshark.ts';

/** A conversation in the lab, imported, and looked at by tshark several times, on a machine that does other things too. */
vi.setConfig({ testTimeout: 300_000 });

const bad = { delayMs: 2, lossPercent: 3, duplicatePercent: 3, reorderPercent: 4, reorderMs: 3 };

describe(`a session made of a capture has what ${tsharkVersion().replace(/ \(Git.*/, '')} finds in it`, () => {
  test('on a wire that loses, reorders and repeats, IPv4 and IPv6, with small windows', () =>
    compare({ toServer: bad, toClient: bad, seed: 3 }, { at: 'server', nanoseconds: true }, async (lab) => {
      await playTcp(lab, 120_000);
      await playTcp(lab, 40_000, true);
      // No datagrams here: one that is lost is never answered.
      await playSlowReader(lab, 30_000, 50);
    }));

  test('with datagrams in fragments, IPv4 and IPv6', () =>
    compare({ toServer: { reorderPercent: 20, reorderMs: 2 } }, { at: 'client' }, async (lab) => {
      await playUdp(lab, 6000);
      await playUdp(lab, 9000, true);
    }));

  test('with two tags of VLANs', () =>
    compare({ vlans: [7, 9] }, { at: 'wire' }, async (lab) => {
      await playTcp(lab, 20_000);
      await playUdp(lab, 3000, true);
    }));

  test.each(['LINUX_SLL', 'LINUX_SLL2'])('as %s', (linkType) =>
    compare({}, { at: 'client', interface: 'any', linkType }, async (lab) => {
      await playTcp(lab, 20_000);
      await playUdp(lab, 300);
    }),
  );
});

const frameFields = [
  ...(['frame.number', 'frame.time_epoch', 'frame.len', 'frame.cap_len'] as const),
  'frame.interface_name',
  'frame.comment',
] as const;

async function compare(
  lab: PacketLabOptions,
  how: CaptureOptions,
  play: (lab: PacketLab) => Promise<void>,
): Promise<void> {
  await withLab(lab, async (machines) => {
    const capture = await machines.capture(how);
    await play(machines);
    await check(await capture.stop());
  });
}

/** Packets, conversations and streams against tshark's, of the capture and of what is exported again. */
async function check(file: string): Promise<void> {
  const folder = scratchFolder();
  const saved = path.join(folder, 'imported.plumb');
  expect(await importInto(saved, file)).toEqual([]);
  const session = await readingSession(saved);
  const frames = tsharkRows(file, frameFields);
  const { packets } = await stateOf(session);
  expect(packets).toBe(frames.length);
  const rows = await packetRowsOf(session);
  expect(
    rows.map(({ number, seconds, nanos, originalBytes, capturedBytes }) => [
      String(number),
      `${seconds}.${String(nanos).padStart(9, '0')}`,
      String(originalBytes),
      String(capturedBytes),
    ]),
  ).toEqual(
    frames
      .slice(0, 500)
      .map((row) => [row['frame.number'], row['frame.time_epoch'], row['frame.len'], row['frame.cap_len']]),
  );
  const conversations = await conversationsOf(session);
  for (const transport of ['tcp', 'udp'] as const) {
    const ours = conversations.filter(({ protocol }) => protocol === transport);
    expect(ours.map(countsOf).sort()).toEqual(tsharkCounts(file, transport).sort());
    for (const [stream, row] of ours.entries()) {
      // Windows that end anywhere are put together again.
      const pieces = await followedOf(session, row.id, transport, transport === 'tcp' ? 7001 : 1_048_576);
      expect(pieces.filter(({ missingBefore }) => missingBefore > 0)).toEqual([]);
      const streams = tsharkStreams(file, transport, stream);
      for (const end of ['a', 'b'] as const) {
        const bytes = Buffer.concat(pieces.filter((piece) => piece.end === end).map((piece) => piece.bytes));
        expect(bytes.equals(streams[end]), `${transport} ${stream} ${end}: ${bytes.length}`).toBe(true);
      }
    }
  }
  const out = path.join(folder, 'exported.pcapng');
  const exported = await runCli(['export', saved, '--to', 'pcapng', '--out', out]);
  expect(exported.stderr).toBe('');
  expect(tsharkRows(out, frameFields.slice(0, 4))).toEqual(tsharkRows(file, frameFields.slice(0, 4)));
  expect(framesOf(out)).toBe(framesOf(file));
}

async function stateOf(session: Awaited<ReturnType<typeof readingSession>>): Promise<{ packets: number }> {
  const state = await session.packets.call('state', {});
  if (!state.ok) throw new Error(state.error.message);
  return state.value;
}

/** Every byte of every frame. */
function framesOf(file: string): string {
  return tshark(['-r', file, '-x', '--hexdump', 'frames', '-T', 'text', '-P']).replace(/^ *\d+ .*$/gm, '');
}

function countsOf({ addressA, portA, addressB, portB, packets, bytes }: ConversationRow): string {
  return `${addressA}:${portA} ${packets.a} ${bytes.a} ${addressB}:${portB} ${packets.b} ${bytes.b}`;
}

/** The same of tshark's streams, exact where `-z conv` rounds to kB. End a is who sent the first packet. */
function tsharkCounts(file: string, transport: 'tcp' | 'udp'): string[] {
  const port = [`${transport}.srcport`, `${transport}.dstport`] as const;
  const fields = [`${transport}.stream`, 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', ...port, 'frame.len'];
  const streams = new Map<string, { ends: string[]; packets: number[]; bytes: number[] }>();
  for (const row of tsharkRows(file, fields, `${transport} && !icmp && !icmpv6`)) {
    const of = (name: string): string => row[name] ?? '';
    const source = `${of('ip.src')}${of('ipv6.src')}:${of(port[0])}`;
    const target = `${of('ip.dst')}${of('ipv6.dst')}:${of(port[1])}`;
    const found = streams.get(of(`${transport}.stream`));
    const stream = found ?? { ends: [source, target], packets: [0, 0], bytes: [0, 0] };
    streams.set(of(`${transport}.stream`), stream);
    const end = stream.ends.indexOf(source);
    stream.packets[end] = (stream.packets[end] ?? 0) + 1;
    stream.bytes[end] = (stream.bytes[end] ?? 0) + Number(of('frame.len'));
  }
  return [...streams.values()].map(({ ends, packets, bytes }) =>
    [0, 1].map((end) => `${ends[end]} ${packets[end]} ${bytes[end]}`).join(' '),
  );
}

/** Both streams of `-z follow`, of which those lines are b's that begin with a tab. */
function tsharkStreams(file: string, transport: 'tcp' | 'udp', stream: number): Record<'a' | 'b', Buffer> {
  const text = tshark(['-r', file, '-q', '-z', `follow,${transport},raw,${stream}`]);
  const lines = text.split('\n').filter((line) => /^\t?[0-9a-f]+$/.test(line));
  const of = (isB: boolean): Buffer =>
    Buffer.from(
      lines
        .filter((line) => line.startsWith('\t') === isB)
        .join('')
        .replaceAll('\t', ''),
      'hex',
    );
  return { a: of(false), b: of(true) };
}
