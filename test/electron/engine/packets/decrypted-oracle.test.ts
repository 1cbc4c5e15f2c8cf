import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { pageKinds, playHttps, type HttpsPlay } from '../../../support/https-plays.ts';
import { withLab, type PacketLab, type PacketLabOptions } from '../../../support/packet-lab.ts';
import {
  conversationsOf,
  exchangesOf,
  importInto,
  readingSession,
  valueOf,
} from '../../../support/packet-session.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { tshark, tsharkVersion } from '../../../support/tshark.ts';

/** Downloads in the lab, on a machine that does other things too, and tshark once for each stream. */
vi.setConfig({ testTimeout: 300_000 });

const bad = { delayMs: 2, lossPercent: 2, duplicatePercent: 2, reorderPercent: 4, reorderMs: 3 };

describe(`bodies of encrypted exchanges are those that ${tsharkVersion().replace(/ \(Git.*/, '')} decrypts`, () => {
  test.each([
    ['a good wire', {}],
    ['a wire that loses, reorders and repeats', { toServer: bad, toClient: bad, seed: 5 }],
  ])('on %s', async (_, wire) => {
    const { capture, keyLog } = await capturedDownloads(wire);
    const saved = path.join(scratchFolder(), 'imported.plumb');
    expect(await importInto(saved, capture, readFileSync(keyLog, 'utf8'))).toEqual([]);
    const session = await readingSession(saved);
    const exchanges = await exchangesOf(session);
    expect(exchanges.map(({ url }) => url.split('/').at(-1)).sort()).toEqual(named.sort());
    expect(exchanges.filter(({ error }) => error !== null)).toEqual([]);

    const preferences = [
      ...['-o', `tls.keylog_file:${keyLog}`],
      ...['-o', 'tcp.reassemble_out_of_order:TRUE'],
    ];
    const objects = path.join(scratchFolder(), 'objects');
    mkdirSync(objects);
    tshark(['-r', capture, ...preferences, '-q', '--export-objects', `http,${objects}`]);
    const streams = (await conversationsOf(session)).filter(({ protocol }) => protocol === 'tcp');
    const compared = { http1: 0, http2: 0 };
    for (const { id, url, h2Stream, packetConversation } of exchanges) {
      const name = url.split('/').at(-1) ?? '';
      if (h2Stream === null) {
        if (name.endsWith('-empty')) continue;
        // Without framing and content coding, as tshark writes it into a file.
        const side = name.endsWith('-upload') ? 'request' : 'response';
        const body = await bodyOf(session, id, side, true);
        expect(body.equals(readFileSync(path.join(objects, name))), name).toBe(true);
        compared.http1 += 1;
        continue;
      }
      const stream = streams.findIndex((row) => row.id === packetConversation);
      const followed = tshark([
        ...['-r', capture, ...preferences, '-q', '-z'],
        `follow,http2,raw,${stream},${h2Stream}`,
      ]);
      for (const side of ['request', 'response'] as const) {
        const theirs = dataOf(followed, side, h2Stream);
        const coded = await bodyOf(session, id, side, false);
        expect(coded.equals(theirs), `${name} ${side}`).toBe(true);
        const plain = await bodyOf(session, id, side, true);
        expect(plain.equals(decoded(name, side, theirs)), `${name} ${side} decoded`).toBe(true);
      }
      compared.http2 += 1;
    }
    expect(readdirSync(objects)).toHaveLength(compared.http1);
    expect(compared).toEqual({ http1: 2 * pageKinds.length, http2: 2 * (pageKinds.length + 1) });
  });
});

const ways: Readonly<Record<string, readonly string[]>> = {
  'one-3': ['--http1.1'],
  'one-2': ['--http1.1', '--tls-max', '1.2'],
  'two-3': ['--http2', '--parallel'],
  'two-2': ['--http2', '--parallel', '--tls-max', '1.2'],
};
const named = Object.keys(ways).flatMap((way) => [...pageKinds, 'upload'].map((kind) => `${way}-${kind}`));

async function capturedDownloads(wire: PacketLabOptions): Promise<{ capture: string; keyLog: string }> {
  const folder = scratchFolder();
  return withLab(wire, async (lab) => {
    const capture = await lab.capture({ at: 'client', nanoseconds: true });
    const play = await playHttps(lab);
    for (const [way, options] of Object.entries(ways)) await download(lab, play, way, options);
    const [kept, keyLog] = [path.join(folder, 'kept.pcap'), path.join(folder, 'keys.log')];
    writeFileSync(kept, readFileSync(await capture.stop()));
    writeFileSync(keyLog, readFileSync(play.keyLogFile));
    return { capture: kept, keyLog };
  });
}

/** A page of each kind over one connection, then an upload over another. */
async function download(
  lab: PacketLab,
  play: HttpsPlay,
  way: string,
  options: readonly string[],
): Promise<void> {
  const nowhere = ['--output', '/dev/null'];
  const pages = pageKinds.flatMap((kind, at) => [
    play.url(kind, kind === 'empty' ? 0 : 9000 + at * 7001, `${way}-${kind}`),
    ...nowhere,
  ]);
  await play.curl(...options, ...pages);
  const upload = path.join(lab.folder, 'upload');
  writeFileSync(upload, `${way} `.repeat(6000));
  const sent = ['--data-binary', `@${upload}`, ...nowhere];
  await play.curl(...options, ...sent, play.url('upload', 0, `${way}-upload`));
}

async function bodyOf(session: Session, id: number, side: BodySide, plain: boolean): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let from = 0; ;) {
    const page = valueOf(await session.readBody(id, side, plain, from, bodyPageBytesMax));
    expect(page.decodeError).toBeNull();
    parts.push(page.bytes);
    from += page.bytes.length;
    if (page.done) return Buffer.concat(parts);
  }
}

/** What DATA frames (RFC 9113 section 6.1) of a stream carry, in what tshark follows of it: a line for each frame, of the server behind a tab. */
function dataOf(followed: string, side: BodySide, stream: number): Buffer {
  const frames = followed
    .split('\n')
    .filter((line) => /^\t?[0-9a-f]{18,}$/.test(line) && line.startsWith('\t') === (side === 'response'))
    .map((line) => Buffer.from(line.trim(), 'hex'))
    .filter(
      // Heads are written in another way, and have no head of a frame.
      (frame) =>
        frame.readUIntBE(0, 3) === frame.length - 9 && frame[3] === 0 && frame.readUInt32BE(5) === stream,
    );
  return Buffer.concat(frames.map((frame) => frame.subarray(9)));
}

function decoded(name: string, side: BodySide, body: Buffer): Buffer {
  if (side === 'request') return body;
  if (name.includes('-gzip')) return gunzipSync(body);
  if (name.endsWith('-deflate')) return inflateSync(body);
  return name.endsWith('-br') ? brotliDecompressSync(body) : body;
}
