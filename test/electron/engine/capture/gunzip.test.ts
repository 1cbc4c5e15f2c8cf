import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gunzip, isGzip } from '../../../../electron/engine/capture/gunzip.ts';

const text = Buffer.from('packets and packets and packets '.repeat(50_000));
const file = gzipSync(text);

test('a gzip file is told by its first two bytes', () => {
  expect(isGzip(file)).toBe(true);
  expect(isGzip(Buffer.from([0x1f]))).toBe(false);
  expect(isGzip(Buffer.from('\n\r\r\n'))).toBe(false);
});

test('a gzip file is undone as a stream, at any cut', async () => {
  for (const length of [1000, 7, file.length])
    expect(await undone(file, length)).toEqual({ text, problem: null });
});

test('members that follow each other are one file', async () => {
  const two = Buffer.concat([gzipSync('first '), gzipSync('second'), Buffer.alloc(100)]);
  expect(await undone(two, 10)).toEqual({ text: Buffer.from('first second'), problem: null });
});

test('of a file that was cut all that is there is read, and that it was cut is said', async () => {
  const { text: part, problem } = await undone(file.subarray(0, file.length - 200), 100);
  expect(problem).toBe('The compressed file ends too early; what could be decompressed was read.');
  expect(part.length).toBeGreaterThan(0);
  expect(text.subarray(0, part.length).equals(part)).toBe(true);
});

test('of a damaged file what stands before the damage is read, and the damage is said', async () => {
  const damaged = Buffer.concat([gzipSync('sound'), gzipSync('not sound')]);
  damaged[gzipSync('sound').length + 12]! ^= 0xff;
  const { text: part, problem } = await undone(damaged, 5);
  expect(problem).toBe('The compressed file is damaged; what stands before the damage was read.');
  expect(part.toString()).toMatch(/^sound/);
});

test('an error of the source is the caller’s', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(file.subarray(0, 100));
    throw new Error('the disk is gone');
  }
  await expect(drain(gunzip(failing()))).rejects.toThrow('the disk is gone');
});

test('who stops reading stops the source', async () => {
  let isStopped = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(file);
    } finally {
      isStopped = true;
    }
  }
  for await (const piece of gunzip(endless())) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  expect(isStopped).toBe(true);
});

async function undone(bytes: Buffer, chunkBytes: number): Promise<{ text: Buffer; problem: string | null }> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes)
      yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
  }
  return drain(gunzip(chunks()));
}

async function drain(
  pieces: AsyncGenerator<Uint8Array, string | null>,
): Promise<{ text: Buffer; problem: string | null }> {
  const parts: Uint8Array[] = [];
  for (let next = await pieces.next(); ; next = await pieces.next()) {
    if (next.done === true) return { text: Buffer.concat(parts), problem: next.value };
    parts.push(next.value);
  }
}
