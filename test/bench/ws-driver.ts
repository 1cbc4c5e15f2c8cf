/**
 * Keeps many WebSockets open through one proxy (or none), sends frames at a steady rate that come back, and prints what
 * it measured as one JSON line: `ws-driver.ts '{"proxy":PORT|null,"origin":PORT,"sockets":N,"framesPerSecond":N,"seconds":N}'`.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';

interface Job {
  readonly proxy: number | null;
  readonly origin: number;
  readonly sockets: number;
  readonly framesPerSecond: number;
  readonly seconds: number;
}

export interface WebSocketResult {
  readonly sent: number;
  readonly received: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
/** Frames are sent this often, as many as are due. */
const turnMs = 5;
/** Sockets that are opened at once. */
const openingAtOnce = 50;
const frameBytes = 120;
/** What has not come back by then is lost. */
const lastWaitMs = 5000;

async function open(): Promise<WebSocket> {
  const raw = connect({ host: '127.0.0.1', port: job.proxy ?? job.origin, noDelay: true });
  await once(raw, 'connect');
  if (job.proxy !== null) {
    raw.write(`CONNECT localhost:${job.origin} HTTP/1.1\r\nHost: localhost:${job.origin}\r\n\r\n`);
    const [reply] = (await once(raw, 'data')) as [Buffer];
    if (!/^HTTP\/1\.[01] 200/.test(reply.toString('latin1'))) throw new Error(reply.toString('latin1'));
  }
  const tls: TLSSocket = connectTls({ socket: raw, servername: 'localhost', rejectUnauthorized: false });
  await once(tls, 'secureConnect');
  const socket = new WebSocket(`wss://localhost:${job.origin}/`, {
    createConnection: () => tls,
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  return socket;
}

const sockets: WebSocket[] = [];
while (sockets.length < job.sockets) {
  const count = Math.min(openingAtOnce, job.sockets - sockets.length);
  sockets.push(...(await Promise.all(Array.from({ length: count }, open))));
}

const roundTripsMs: number[] = [];
let sent = 0;
let closed = false;
for (const socket of sockets) {
  socket.on('message', (data: Buffer) => roundTripsMs.push(performance.now() - data.readDoubleLE(0)));
  socket.on('close', () => {
    if (!closed) throw new Error('A WebSocket was closed before the end.');
  });
}
const startedAt = performance.now();
const total = job.framesPerSecond * job.seconds;
await new Promise<void>((done) => {
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * job.framesPerSecond));
    for (; sent < due; sent++) {
      const frame = Buffer.alloc(frameBytes, 0x61);
      frame.writeDoubleLE(performance.now(), 0);
      sockets[sent % sockets.length]?.send(frame);
    }
    if (sent < total) return;
    clearInterval(timer);
    done();
  }, turnMs);
});
const waitUntil = performance.now() + lastWaitMs;
while (roundTripsMs.length < sent && performance.now() < waitUntil) {
  await new Promise((done) => setTimeout(done, 20));
}
closed = true;
for (const socket of sockets) socket.close(1000);
roundTripsMs.sort((a, b) => a - b);
const at = (share: number): number => roundTripsMs[Math.floor(roundTripsMs.length * share)] ?? NaN;
const result: WebSocketResult = { sent, received: roundTripsMs.length, p50Ms: at(0.5), p99Ms: at(0.99) };
process.stdout.write(`${JSON.stringify(result)}\n`);
