/**
 * A process of `npm run bench -- who` that opens connections. Parameters as JSON in the first argument:
 * `{port, ratePerSecond, seconds, holdMs}`. Each connection sends its process id and is closed after `holdMs`.
 */
import { connect } from 'node:net';

export interface WhoClient {
  readonly port: number;
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly holdMs: number;
}

const { port, ratePerSecond, seconds, holdMs } = JSON.parse(process.argv[2] ?? '') as WhoClient;
const total = ratePerSecond * seconds;
const beganMs = performance.now();
let opened = 0;

function open(): void {
  opened++;
  const socket = connect({ port, host: '127.0.0.1' }, () => {
    socket.write(`pid ${process.pid}\n`);
    setTimeout(() => socket.destroy(), holdMs);
  });
  socket.on('error', () => undefined);
}

const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - beganMs) / 1000) * ratePerSecond));
  while (opened < due) open();
  if (opened === total) clearInterval(timer);
}, 5);
