import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { createClientFinder, type ClientFinder } from '../../../../electron/engine/system/client-finder.ts';
import type { ClientProcess } from '../../../../electron/engine/system/client-process.ts';
import { workers } from '../../../support/workers.ts';

/** A finder whose thread has answered before; it ends with the test. */
export async function startedFinder(): Promise<ClientFinder> {
  const finder = createClientFinder(workers.finder);
  onTestFinished(() => finder.close());
  await finder.find({ localAddress: '::1', localPort: 9, remoteAddress: '::1', remotePort: 9 });
  return finder;
}

export interface Seen {
  /** The first bytes that the client sent. */
  readonly head: string;
  readonly process: ClientProcess | null;
}

/** A listener that asks who each client is, and answers HTTP after `answerAfterMs`. */
export interface Listener {
  readonly port: number;
  /** Everybody who connected so far; resolves when all are known. */
  readonly seen: () => Promise<readonly Seen[]>;
}

export async function startedListener(finder: ClientFinder, answerAfterMs = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  const seen: Promise<Seen>[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
    const found = finder.find({ localAddress, localPort, remoteAddress, remotePort });
    const head = new Promise<string>((resolve) => {
      socket.once('close', () => resolve(''));
      socket.once('data', (chunk: Buffer) => {
        resolve(chunk.toString('latin1'));
        setTimeout(() => {
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
        }, answerAfterMs);
      });
    });
    seen.push(Promise.all([head, found]).then(([text, process]) => ({ head: text, process })));
  });
  server.listen(0, '::');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen: () => Promise.all(seen) };
}

/** Runs a program to its end; gives its process id. */
export async function ran(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, [...args], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
  return child.pid ?? 0;
}
