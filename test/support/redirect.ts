import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  runRedirected,
  type RedirectedProgram,
  type RunOptions,
} from '../../electron/engine/system/redirect.ts';
import type { RedirectedConnection } from '../../electron/engine/system/redirect-channel.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const helperPath = path.join(root, 'dist/native/plumbline-redirect');

/** What came, in order. */
export interface Redirected {
  readonly program: RedirectedProgram;
  readonly connections: readonly RedirectedConnection[];
  readonly troubles: readonly string[];
  /** What it wrote to standard output, once it has ended. */
  readonly output: Promise<string>;
}

/** Runs a program whose connections go to `serve`. It knows no name server unless the test gives one. */
export async function startRedirected(
  command: readonly string[],
  serve: (connection: RedirectedConnection) => void,
  options: Partial<RunOptions> = {},
): Promise<Redirected> {
  if (!existsSync(helperPath)) throw new Error(`${helperPath} is not there: npm run build makes it.`);
  const connections: RedirectedConnection[] = [];
  const troubles: string[] = [];
  const [program = '', ...args] = command;
  const started = await runRedirected({
    helperPath,
    program,
    args,
    stdio: 'pipe',
    network: { resolver: { address: '127.0.0.1', port: 9 }, ipv6: true },
    onTrouble: (sentence) => troubles.push(sentence),
    onConnection: (connection) => {
      connections.push(connection);
      connection.socket.on('error', () => undefined);
      serve(connection);
    },
    ...options,
  });
  if (!started.ok) throw new Error(`${started.error.code}: ${started.error.message}`);
  let output = '';
  started.value.streams.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  started.value.streams.stderr?.resume();
  const stdout = started.value.streams.stdout;
  return {
    program: started.value,
    connections,
    troubles,
    output: (stdout === null ? Promise.resolve() : once(stdout, 'close')).then(() => output),
  };
}

/** A script for this Node, as a command. */
export function nodeScript(
  script: string,
  ...args: readonly string[]
): readonly [program: string, ...args: string[]] {
  return [process.execPath, '--input-type=module', '-e', script, ...args];
}

/** What the proxy will do in its own way: dials the destination and joins the two. */
export function relay({ socket, destination, reached }: RedirectedConnection): void {
  const server =
    reached ?? connect({ host: destination.address, port: destination.port, allowHalfOpen: true });
  server.on('error', () => socket.resetAndDestroy());
  socket.on('error', () => server.resetAndDestroy());
  socket.pipe(server);
  server.pipe(socket);
}

/** Answers an HTTP request with the destination it was for. */
export function nameDestination({ socket, destination }: RedirectedConnection): void {
  socket.once('end', () => socket.end());
  socket.once('data', () => {
    const body = `${destination.address} ${destination.port}`;
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  });
}

export interface TinyNameServer {
  readonly port: number;
  readonly asked: readonly string[];
  readonly close: () => void;
}

/** A name server on loopback that knows these names: IPv4 addresses as text, IPv6 ones as 32 hex digits. */
export async function startNameServer(
  names: Readonly<Record<string, { readonly a?: string; readonly aaaa?: string }>>,
): Promise<TinyNameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (question: Buffer, from: RemoteInfo) => {
    const { name, type, end } = readQuestion(question);
    asked.push(name);
    const known = names[name];
    const bytes =
      type === 1
        ? known?.a?.split('.').map(Number)
        : type === 28
          ? [...Buffer.from(known?.aaaa ?? '', 'hex')]
          : [];
    const found = bytes !== undefined && bytes.length > 0;
    const answer = Buffer.from(question.subarray(0, end));
    answer.writeUInt16BE(known === undefined ? 0x8183 : 0x8180, 2);
    answer.writeUInt16BE(found ? 1 : 0, 6);
    answer.writeUInt32BE(0, 8);
    const record = found
      ? Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes])
      : '';
    socket.send(Buffer.concat([answer, Buffer.from(record)]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, asked, close: () => socket.close() };
}

function readQuestion(question: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: question.readUInt16BE(at + 1), end: at + 5 };
}
