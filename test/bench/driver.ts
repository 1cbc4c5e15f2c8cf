/**
 * Asks one address through one proxy (or none) over keep-alive connections and prints what it measured as JSON:
 * `driver.ts '{"proxy":PORT|null,"origin":PORT,"tls":bool,"path":"/small","responseBytes":N,"concurrency":N,"requests":N}'`.
 */
import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';

interface Job {
  readonly proxy: number | null;
  readonly origin: number;
  readonly host: string;
  readonly tls: boolean;
  readonly path: string;
  readonly concurrency: number;
  readonly requests: number;
}

export interface DriverResult {
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const job = JSON.parse(process.argv[2] ?? '') as Job;

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const raw = connect({ host: '127.0.0.1', port: job.proxy ?? job.origin, noDelay: true });
    const secure = (): void => {
      if (!job.tls) {
        resolve(raw);
        return;
      }
      const socket = tlsConnect({ socket: raw, servername: job.host, rejectUnauthorized: false });
      socket.once('secureConnect', () => {
        resolve(socket);
      });
      socket.once('error', reject);
    };
    raw.once('error', reject);
    raw.once('connect', () => {
      if (job.proxy === null || !job.tls) {
        secure();
        return;
      }
      raw.write(`CONNECT ${job.host}:${job.origin} HTTP/1.1\r\nHost: ${job.host}:${job.origin}\r\n\r\n`);
      let reply = '';
      const onReply = (chunk: Buffer): void => {
        reply += chunk.toString('latin1');
        if (!reply.includes('\r\n\r\n')) return;
        raw.removeListener('data', onReply);
        if (/^HTTP\/1\.[01] 200/.test(reply)) secure();
        else reject(new Error(reply.slice(0, 100)));
      };
      raw.on('data', onReply);
    });
  });
}

const target = job.proxy !== null && !job.tls ? `http://${job.host}:${job.origin}${job.path}` : job.path;
const request = Buffer.from(
  `GET ${target} HTTP/1.1\r\nHost: ${job.host}:${job.origin}\r\nUser-Agent: bench/1\r\nAccept: */*\r\nAccept-Encoding: identity\r\n\r\n`,
);
let left = job.requests;
let bytes = 0;
const latencies: number[] = [];

function ask(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let expected = -1;
    let received = 0;
    let sentAt = 0;
    const send = (): boolean => {
      if (left === 0) return false;
      left--;
      expected = -1;
      received = 0;
      sentAt = performance.now();
      socket.write(request);
      return true;
    };
    socket.on('data', (chunk: Buffer) => {
      if (expected === -1) {
        const head = chunk.toString('latin1', 0, Math.min(chunk.length, 2048));
        const end = head.indexOf('\r\n\r\n');
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        if (end === -1 || length === undefined || !head.startsWith('HTTP/1.1 200')) {
          reject(new Error(`unexpected answer: ${head.slice(0, 200)}`));
          return;
        }
        expected = end + 4 + Number(length);
      }
      received += chunk.length;
      if (received < expected) return;
      bytes += received;
      latencies.push(performance.now() - sentAt);
      if (!send()) resolve();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('closed'));
    });
    if (!send()) resolve();
  });
}

const sockets = await Promise.all(Array.from({ length: job.concurrency }, open));
const started = performance.now();
await Promise.all(sockets.map(ask));
const seconds = (performance.now() - started) / 1000;
for (const socket of sockets) {
  socket.removeAllListeners('close');
  socket.destroy();
}
latencies.sort((a, b) => a - b);
const at = (share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
const result: DriverResult = {
  seconds,
  requestsPerSecond: job.requests / seconds,
  bytes,
  p50Ms: at(0.5),
  p99Ms: at(0.99),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
