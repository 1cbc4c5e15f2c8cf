import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import type { Sender } from '../../core/observers/observer.ts';
import type { Certificate, Openssl } from './openssl.ts';
import { within } from './within.ts';

/** A TLS connection of real endpoints as a relay between them saw it, and what they said under it. */
export interface TlsRecording {
  readonly name: string;
  readonly keyLog: string;
  /** Chunks in their order, base64. */
  readonly chunks: readonly (readonly [sender: Sender, bytes: string])[];
  readonly sent: Readonly<Record<Sender, string>>;
}

export interface TlsScenario {
  readonly name: string;
  readonly server?: readonly string[];
  readonly client?: readonly string[];
  /** Lines that the client sends, each answered by the same backwards; those of one letter are commands of `s_client`. */
  readonly lines?: readonly string[];
  /** The certificate of the server, if it is not the usual one. */
  readonly certificate?: Certificate;
  /** Goes on with the session of an earlier connection to the same server. */
  readonly resumes?: boolean;
  /** What the client writes before anything is answered (0-RTT); then nothing more is said. */
  readonly early?: string;
}

export const usualLines = ['hello', 'x'.repeat(3000), 'and '.repeat(3500), 'goodbye'];

/** Passes bytes on between a port of its own and this one, keeping a copy. */
export async function startRelay(port: number): Promise<{
  readonly port: number;
  readonly chunks: (readonly [Sender, string])[];
  readonly close: () => void;
}> {
  const chunks: (readonly [Sender, string])[] = [];
  const sockets: Socket[] = [];
  const relay = createServer((client) => {
    const server = connect({ host: '127.0.0.1', port });
    sockets.push(client, server);
    for (const [sender, from, to] of [
      ['client', client, server],
      ['server', server, client],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        chunks.push([sender, chunk.toString('base64')]);
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    port: (relay.address() as AddressInfo).port,
    chunks,
    close: () => {
      relay.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** `openssl s_client` talks to `openssl s_server` through a relay. */
export async function recordTls(
  openssl: Openssl,
  usual: Certificate,
  scenario: TlsScenario,
): Promise<TlsRecording> {
  const { name, certificate = usual, early, server = [], client = [] } = scenario;
  const lines = early === undefined ? (scenario.lines ?? usualLines) : [];
  const served = await openssl.server([
    ...(early === undefined ? ['-rev'] : ['-early_data']),
    ...['-cert', certificate.certFile, '-key', certificate.keyFile, ...server],
  ]);
  const relay = await startRelay(served.port);
  const keyLog = path.join(openssl.folder, `${name.replace(/\W+/g, '-')}.keys`);
  const session = `${keyLog}.session`;
  const to = (port: number): string[] => ['-connect', `127.0.0.1:${port}`, '-servername', 'tls.example'];
  try {
    if (scenario.resumes === true || early !== undefined) {
      const args = [...to(served.port), ...client, '-sess_out', session];
      await talk(openssl.folder, early === undefined ? ['hello'] : [], args, session);
    }
    await talk(openssl.folder, lines, [
      ...[...to(relay.port), '-keylogfile', keyLog, ...client],
      ...(existsSync(session) ? ['-sess_in', session] : []),
      ...(early === undefined ? [] : ['-early_data', openssl.file('early.txt', early)]),
    ]);
  } finally {
    relay.close();
  }
  const said = lines.filter((line) => line.length > 1).map((line) => `${line}\n`);
  return {
    name,
    keyLog: readFileSync(keyLog, 'latin1'),
    chunks: [...relay.chunks],
    sent: {
      client: early ?? said.join(''),
      server: said.map((line) => `${backwards(line.slice(0, -1))}\n`).join(''),
    },
  };
}

function backwards(line: string): string {
  return Array.from(line).reverse().join('');
}

/** Writes the lines, each when the one before was answered, then closes. */
async function talk(
  folder: string,
  lines: readonly string[],
  args: readonly string[],
  session: string | null = null,
): Promise<void> {
  const child = spawn('openssl', ['s_client', ...args], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  const waiting = new Set<() => void>();
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      for (const look of waiting) look();
    });
  }
  const hear = (text: string, from = 0): Promise<void> =>
    within(
      10_000,
      `s_client ${args.join(' ')} to say ${text.slice(0, 40)}`,
      new Promise((resolve) => {
        const look = (): void => {
          if (!said.includes(text, from)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    );
  try {
    await hear('SSL handshake has read');
    for (const line of lines) {
      const from = said.length;
      child.stdin.write(`${line}\n`);
      if (line === 'K') await hear('KEYUPDATE', from);
      else if (line === 'R') await hear('RENEGOTIATING', from);
      else await hear(backwards(line), from);
    }
    // In TLS 1.3 it comes behind the handshake, before the first answer.
    if (session !== null && !args.includes('-tls1_2'))
      await within(10_000, 'the session', untilThere(session));
    const exited = once(child, 'exit');
    child.stdin.write('Q\n');
    await within(10_000, 's_client to end', exited);
  } catch (error) {
    throw new Error(`s_client said: ${said.slice(-1500)}`, { cause: error });
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
}
