import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, repoRoot, start, type Started } from './processes.ts';

/** Versions that the table names; kept out of package.json, since only benchmarks need them. */
const versions = { mockttp: '4.6.5', 'http-mitm-proxy': '1.1.0' };
const peersDir = join(repoRoot, '.cache', 'bench-peers');

export interface Peer {
  readonly name: string;
  readonly port: number;
  readonly started: Started;
}

/** Installs the peers' packages once, into the cache folder. */
export async function installPeers(): Promise<void> {
  const installed = Object.keys(versions).every((name) => existsSync(join(peersDir, 'node_modules', name)));
  if (installed) return;
  mkdirSync(peersDir, { recursive: true });
  writeFileSync(join(peersDir, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  await output('npm', ['install', '--prefix', peersDir, '--ignore-scripts', '--no-audit', '--no-fund']);
}

async function onPort(name: string, command: string, args: readonly string[]): Promise<Peer> {
  const started = await start(command, args);
  return { name, port: (JSON.parse(started.firstLine) as { port: number }).port, started };
}

/** `to`: the port that every connection goes to; else each says where, as to a proxy. */
export function startTunnel(to?: number): Promise<Peer> {
  return onPort('tunnel', process.execPath, [
    join(repoRoot, 'test/bench/tunnel.ts'),
    ...(to === undefined ? [] : [String(to)]),
  ]);
}

export function startMockttp(): Promise<Peer> {
  return onPort('mockttp', process.execPath, [join(repoRoot, 'test/bench/peers/mockttp.mjs'), peersDir]);
}

export function startHttpMitmProxy(): Promise<Peer> {
  return onPort('http-mitm-proxy', process.execPath, [
    join(repoRoot, 'test/bench/peers/http-mitm-proxy.mjs'),
    peersDir,
  ]);
}

/** Null where mitmdump is not installed. `standsFor`: the server that it is a reverse proxy of, over HTTP/2. */
export async function startMitmdump(dataDir: string, standsFor?: string): Promise<Peer | null> {
  try {
    await output('mitmdump', ['--version']);
  } catch {
    return null;
  }
  return onPort('mitmdump', 'python3', [
    join(repoRoot, 'test/bench/peers/mitmdump.py'),
    dataDir,
    ...(standsFor === undefined ? [] : [standsFor]),
  ]);
}
