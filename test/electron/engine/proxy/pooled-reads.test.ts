import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { connectPooled, giveBack } from '../../../../electron/engine/proxy/pooled-reads.ts';

/** Larger than what one read takes. */
const largeBytes = 65_536;

async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const near = connectPooled({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    allowHalfOpen: true,
  });
  const [far] = await accepted;
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

/** Reads until so many bytes have come; `done` is called with each chunk as it comes. */
function read(socket: Socket, bytes: number, done: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    let left = bytes;
    socket.on('data', (chunk: Buffer) => {
      done(chunk);
      left -= chunk.length;
      if (left <= 0) resolve();
    });
    socket.resume();
  });
}

it('gives what was sent, in order, and leaves alone the chunks that are still held', async () => {
  const { near, far } = await pair();
  const sent = [1, 100, 4096, 4097, largeBytes, 3 * largeBytes, 5].map((length) => randomBytes(length));
  const held: Buffer[] = [];
  const whole = Buffer.concat(sent);
  const reading = read(near, whole.length, (chunk) => held.push(chunk));
  for (const piece of sent) far.write(piece);
  await reading;
  expect(Buffer.compare(Buffer.concat(held), whole)).toBe(0);
});

it('reads into a buffer again once its chunk was given back, and not before', async () => {
  const { near, far } = await pair();
  const whole = randomBytes(64 * largeBytes);
  const seen = new Set<ArrayBufferLike>();
  const copies: Buffer[] = [];
  let reused = 0;
  const reading = read(near, whole.length, (chunk) => {
    copies.push(Buffer.from(chunk));
    if (chunk.length > 4096 && seen.has(chunk.buffer)) reused += 1;
    seen.add(chunk.buffer);
    giveBack(chunk);
  });
  far.write(whole);
  await reading;
  expect(Buffer.compare(Buffer.concat(copies), whole)).toBe(0);
  expect(reused).toBeGreaterThan(0);
});

it('does not take back a part of a chunk, whose rest may still be needed', async () => {
  const { near, far } = await pair();
  const whole = randomBytes(64 * largeBytes);
  const held: Buffer[] = [];
  const reading = read(near, whole.length, (chunk) => {
    held.push(chunk.subarray(0, 10), chunk.subarray(10));
    giveBack(chunk.subarray(0, 10));
    giveBack(chunk.subarray(0));
  });
  far.write(whole);
  await reading;
  expect(Buffer.compare(Buffer.concat(held), whole)).toBe(0);
});

it('reads nothing before it is resumed, stops when it is paused, and tells the end', async () => {
  const { near, far } = await pair();
  await once(near, 'connect');
  const whole = randomBytes(16 * largeBytes);
  const chunks: Buffer[] = [];
  let running = false;
  near.on('data', (chunk: Buffer) => {
    expect(running).toBe(true);
    chunks.push(chunk);
    near.pause();
    running = false;
    setImmediate(() => {
      running = true;
      near.resume();
    });
  });
  far.end(whole);
  await new Promise(setImmediate);
  running = true;
  near.resume();
  await once(near, 'end');
  expect(Buffer.compare(Buffer.concat(chunks), whole)).toBe(0);
});
