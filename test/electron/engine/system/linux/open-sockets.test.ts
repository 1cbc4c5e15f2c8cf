import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createOpenSockets,
  type OpenSockets,
} from '../../../../../electron/engine/system/linux/open-sockets.ts';
import { createPerlRelay } from '../../../../../electron/engine/system/linux/perl-relay.ts';

/** Opens as many sockets as each line says, and prints the inodes of all that it has opened. */
const program = `import os, socket, sys
kept = []
for line in sys.stdin:
    kept += [socket.socket() for _ in range(int(line))]
    print(' '.join(str(os.fstat(each.fileno()).st_ino) for each in kept), flush=True)`;

async function holder() {
  const child = spawn('/usr/bin/python3', ['-c', program], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const open = async (count: number): Promise<readonly number[]> => {
    child.stdin.write(`${count}\n`);
    const [line] = (await once(lines, 'line')) as [string];
    return line.split(' ').map(Number);
  };
  const id = child.pid ?? 0;
  await open(0);
  const inherited = [0, 1].flatMap((file) => /\d+/.exec(readlinkSync(`/proc/${id}/fd/${file}`))?.[0] ?? []);
  return { id, open, inherited: inherited.map(Number) };
}

function throughPerl(perl: string): OpenSockets {
  const relay = createPerlRelay(perl);
  onTestFinished(() => relay.close());
  return createOpenSockets(relay);
}

/** One more than the most that Linux gives (PID_MAX_LIMIT). */
const pastAllIds = 4_194_305;

const ways: readonly (readonly [string, () => OpenSockets])[] = [
  ['through perl', () => throughPerl('/usr/bin/perl')],
  ['without perl', () => createOpenSockets(null)],
  ['with a perl that is none', () => throughPerl('/usr/bin/false')],
];

describe.skipIf(process.platform !== 'linux')('the sockets that a process holds', () => {
  it.each(ways)('are read %s, those of several processes together', async (_name, way) => {
    const sockets = way();
    const one = await holder();
    const other = await holder();
    const inodes = [await one.open(3), await other.open(2)];
    const read = await sockets.read([one.id, other.id], false);
    const held = [one, other].map(({ id }) => read.get(id) ?? []);
    for (const [at, each] of inodes.entries()) expect(held[at]).toEqual(expect.arrayContaining([...each]));
    expect(held[0]).not.toEqual(expect.arrayContaining([inodes[1]?.[0]]));
  });

  it.each(ways)('are, of a process with many files, first the new ones, %s', async (_name, way) => {
    const sockets = way();
    const { id, open, inherited } = await holder();
    const read = async (all: boolean) => (await sockets.read([id], all)).get(id);
    const first = await open(300);
    expect(new Set(await read(false))).toEqual(new Set([...inherited, ...first]));
    const both = await open(2);
    expect(await read(false)).toEqual(both.slice(-2));
    expect(await read(false)).toEqual([]);
    expect(new Set(await read(true))).toEqual(new Set([...inherited, ...both]));
  });

  it.each(ways)('are missing when it is gone, not when it has none, %s', async (_name, way) => {
    const sockets = way();
    const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    const id = child.pid ?? 0;
    const read = await sockets.read([id, pastAllIds], false);
    expect([read.get(id), read.has(pastAllIds)]).toEqual([[], false]);
  });

  it('are those of this process, too', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    expect((server.address() as AddressInfo).port).toBeGreaterThan(0);
    const [perl, own] = [throughPerl('/usr/bin/perl'), createOpenSockets(null)];
    const inOrder = async (sockets: OpenSockets) =>
      [...((await sockets.read([process.pid], true)).get(process.pid) ?? [])].sort((a, b) => a - b);
    await inOrder(perl);
    expect(await inOrder(own)).toEqual(await inOrder(perl));
  });
});
