/**
 * Opens connections through a proxy, asks once on each and keeps them all; for every line on its standard input it asks
 * again on each. Prints one JSON line each time: `held-driver.ts '{"proxy":PORT,"origin":PORT,"tls":bool,"count":N}'`.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';

interface Job {
  readonly proxy: number;
  readonly origin: number;
  readonly tls: boolean;
  readonly count: number;
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
const atOnce = 100;
const target = `localhost:${job.origin}`;

async function open(): Promise<Socket> {
  const raw = connect({ host: '127.0.0.1', port: job.proxy, noDelay: true });
  raw.on('error', () => undefined);
  await once(raw, 'connect');
  if (!job.tls) return raw;
  raw.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  await once(raw, 'data');
  const socket = connectTls({ socket: raw, servername: 'localhost', rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** Whether the answer came. */
async function ask(socket: Socket): Promise<boolean> {
  if (socket.destroyed) return false;
  const path = job.tls ? '/' : `http://${target}/`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  let text = '';
  while (!text.endsWith('kept')) {
    const [chunk] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean];
    if (!(chunk instanceof Buffer)) return false;
    text += chunk.toString('latin1');
  }
  return true;
}

async function askAll(sockets: readonly Socket[]): Promise<number> {
  let answered = 0;
  for (let from = 0; from < sockets.length; from += atOnce) {
    const answers = await Promise.all(sockets.slice(from, from + atOnce).map(ask));
    answered += answers.filter(Boolean).length;
  }
  return answered;
}

const sockets: Socket[] = [];
while (sockets.length < job.count) {
  const count = Math.min(atOnce, job.count - sockets.length);
  sockets.push(...(await Promise.all(Array.from({ length: count }, open))));
}
process.stdout.write(`${JSON.stringify({ answered: await askAll(sockets) })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'again') process.stdout.write(`${JSON.stringify({ answered: await askAll(sockets) })}\n`);
}
process.exit();
