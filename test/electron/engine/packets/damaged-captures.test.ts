import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import { createCaptureReader } from '../../../../core/packets/files/capture-read.ts';
import { endBit, readColumns } from '../../../../electron/engine/packets/block-format.ts';
import { createIntake, type Intake } from '../../../../electron/engine/packets/intake.ts';
import { nodePlatform } from '../../../../electron/engine/proxy/platform.ts';
import { blocksBytes, type Batch } from '../../../../electron/engine/session/batch.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { openBlindFeed } from '../../../support/blind-feed.ts';
import {
  damagedCaptures,
  placesMax,
  soundPackets,
  type DamagedCapture,
  type DamagedCaptures,
} from '../../../support/damaged-captures.ts';
import { createOpenssl, type Openssl } from '../../../support/openssl.ts';
import {
  conversationsOf,
  exchangesOf,
  followedOf,
  importAll,
  packetRowsOf,
  readingSession,
  valueOf,
} from '../../../support/packet-session.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { recordTls } from '../../../support/tls-recordings.ts';

/** Captures that go through all but the writing. */
const captureCount = 100_008;
/** Sessions of `placesMax` captures each that are written and read. */
const sessionCount = 12;
/** Processor time of all captures that come into one session: a hundred times what it takes. */
const millisecondsMax = 2000;
/** What is handed to the writer, in relation to the file: bodies may be stored a second time, as they came and as they are read. */
const storedPerByteMax = 8;

let openssl: Openssl;
let keyLog: string;
let captures: DamagedCaptures;
beforeAll(async () => {
  openssl = createOpenssl();
  const certificate = openssl.issue({ name: 'tls.example', issuer: null });
  const lines = ['GET /in-tls HTTP/1.1', 'goodbye'];
  const recording = await recordTls(openssl, certificate, { name: 'damaged', lines });
  keyLog = recording.keyLog;
  captures = damagedCaptures(recording);
});
afterAll(() => openssl.dispose());

describe('of damaged captures, imported', () => {
  test('the damage is told or marked where it is, and what stands before and behind it is read', async () => {
    const wrong: string[] = [];
    /** Of a sound exchange behind the damage. */
    const lost: string[] = [];
    for (let first = 0; first < captureCount; first += placesMax) {
      const some = Array.from({ length: placesMax }, (_, place) => captures.make(first + place, place));
      const from = process.cpuUsage();
      const reads = await readThrough(some);
      const { user, system } = process.cpuUsage(from);
      if ((user + system) / 1000 > millisecondsMax) wrong.push(`captures from ${first}: ${user + system} µs`);
      for (const [place, damaged] of some.entries()) {
        const read = reads[place] as Read;
        wrong.push(...faults(damaged, read).map((fault) => `${damaged.words}: ${fault}`));
        if (damaged.hasEnd && !isSound(read, read.troubles.length - soundPackets)) lost.push(damaged.words);
      }
    }
    expect(wrong).toEqual([]);
    // Behind bytes that were lost or added, lengths can make a chain that leads astray in a pcap file, which has no marks between packets.
    expect(lost.length, lost.join('\n')).toBeLessThan(captureCount / 10_000);
  }, 400_000);

  test('all that was stored can be looked at: lists, packets, streams, pictures, exchanges and bodies', async () => {
    for (let at = 0; at < sessionCount; at++) {
      const folder = scratchFolder();
      const some = Array.from({ length: placesMax }, (_, place) =>
        captures.make(captureCount + at * placesMax + place, place),
      );
      const files = some.map(({ file }, place) => {
        const name = path.join(folder, `${place}.pcap`);
        writeFileSync(name, file);
        return name;
      });
      const saved = path.join(folder, 'damaged.plumb');
      const readings = await importAll(saved, files, keyLog);
      for (const [place, { packets, problems }] of readings.entries()) {
        const { words, packets: known, isTold } = some[place] as DamagedCapture;
        expect(packets, words).toBeGreaterThanOrEqual(known);
        if (isTold) expect(problems, words).not.toEqual([]);
      }
      const session = await readingSession(saved);
      await lookAtAll(
        session,
        readings.reduce((sum, { packets }) => sum + packets, 0),
      );
      await session.close();
    }
  }, 400_000);
});

interface Read {
  /** Where problems were told. */
  readonly problems: readonly number[];
  /** Of each packet that was stored. */
  readonly troubles: readonly number[];
  readonly conversations: readonly number[];
  readonly packets: number;
}

/** What is not as it must be, but for the exchange at the end. */
function faults(damaged: DamagedCapture, read: Read): string[] {
  const { file, packets, isWhole, isTold, markedAt, marks } = damaged;
  const found: string[] = [];
  if (isWhole ? read.packets !== packets : read.packets < packets)
    found.push(`${read.packets} packets of ${packets}`);
  if (read.troubles.length !== read.packets) found.push(`${read.troubles.length} stored of ${read.packets}`);
  if (isTold && read.problems.length === 0) found.push('not told');
  if (read.problems.some((at) => at > file.length)) found.push('told behind the end');
  if (packets >= soundPackets && !isSound(read, 0)) found.push('the exchange before it is not sound');
  if (markedAt >= 0 && ((read.troubles[markedAt] ?? 0) & marks) === 0) found.push('not marked');
  return found;
}

/** Whether ten packets from there on are one conversation without any trouble. */
function isSound({ troubles, conversations }: Read, from: number): boolean {
  const own = conversations.slice(Math.max(0, from), from + soundPackets);
  const hasTrouble = troubles.slice(Math.max(0, from), from + soundPackets).some((sum) => sum !== 0);
  return from >= 0 && !hasTrouble && own.every((id) => id > 0 && id === own[0]);
}

/** All of them into one session, as far as to its writer. */
async function readThrough(some: readonly DamagedCapture[]): Promise<Read[]> {
  const troubles: number[] = [];
  const conversations: number[] = [];
  let storedBytes = 0;
  const intake = createIntake(
    openBlindFeed((batch) => {
      storedBytes += batchBytes(batch);
      for (const block of batch.packets?.blocks ?? []) {
        const columns = readColumns(new Uint8Array(block.columns));
        for (const sum of columns?.troubles ?? []) troubles.push((sum & ~endBit) >>> 0);
        conversations.push(...(columns?.conversations ?? []));
      }
    }),
    'file',
  );
  intake.keys.add(keyLog);
  const counted: { readonly problems: readonly number[]; readonly from: number; readonly to: number }[] = [];
  for (const [place, { file, words }] of some.entries()) {
    const from = intake.recorder.packets();
    try {
      const problems = await push(intake, file, place % 4 === 0 ? 613 : file.length);
      counted.push({ problems, from, to: intake.recorder.packets() });
    } catch (error) {
      throw new Error(`${words}: thrown`, { cause: error });
    }
  }
  await intake.finish();
  const fileBytes = some.reduce((sum, { file }) => sum + file.length, 0);
  expect(storedBytes, some[0]?.words).toBeLessThan(fileBytes * storedPerByteMax);
  return counted.map(({ problems, from, to }) => ({
    problems,
    troubles: troubles.slice(from, to),
    conversations: conversations.slice(from, to),
    packets: to - from,
  }));
}

/** A source as a file is one, in chunks of so many bytes; where problems were told. */
async function push(intake: Intake, file: Uint8Array, chunkBytes: number): Promise<number[]> {
  const problems: number[] = [];
  const events = intake.source((_sentence, atByte) => problems.push(atByte));
  const reader = createCaptureReader(events, nodePlatform);
  for (let from = 0; from < file.length; from += chunkBytes) {
    reader.bytes(file.subarray(from, from + chunkBytes));
    intake.advance();
    await intake.room();
  }
  reader.end();
  return problems;
}

function batchBytes(batch: Batch): number {
  const { exchanges, conversations, pieces, messages, secrets, facts, slabs, packets } = batch;
  const lists = [exchanges, conversations, pieces, messages, secrets, facts, slabs];
  const frameBytes = packets?.blocks.reduce((sum, block) => sum + block.frameBytes, 0) ?? 0;
  return lists.reduce((sum, list) => sum + blocksBytes(list), frameBytes);
}

/** Every list to its end, every conversation, every exchange; a tree of every 50th packet. Rejects when any answer is a failure. */
async function lookAtAll(session: Session, packetCount: number): Promise<void> {
  const { packets } = session;
  const { viewId, count } = valueOf(await packets.call('openView', { scope: { kind: 'all' }, filter: '' }));
  expect(count).toBe(packetCount);
  for (let from = 0; from < count; from += 500) {
    const { rows } = valueOf(await packets.call('rows', { viewId, from, limit: 500 }));
    expect(rows).toHaveLength(Math.min(500, count - from));
  }
  for (let number = 1; number <= count; number += 50)
    expect(valueOf(await packets.call('get', { number })).tree.length).toBeGreaterThan(0);
  valueOf(await packets.call('expert', {}));
  for (const { id, protocol } of await conversationsOf(session)) {
    expect((await packetRowsOf(session, '', { kind: 'conversation', id })).length).toBeGreaterThan(0);
    valueOf(await packets.call('conversation', { id }));
    if (protocol === 'tcp')
      valueOf(await packets.call('series', { id, fromUs: null, toUs: null, pointsMax: 1000 }));
    if (protocol === 'tcp' || protocol === 'udp') await followedOf(session, id, protocol);
  }
  for (const { id } of await exchangesOf(session)) {
    valueOf(await packets.call('ofExchange', { id }));
    for (const side of ['request', 'response'] as const)
      valueOf(await session.readBody(id, side, true, 0, bodyPageBytesMax));
  }
}
