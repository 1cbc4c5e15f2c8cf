import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientKey, type ClientConnection } from '../../../../../electron/engine/system/client-process.ts';
import {
  createClientSockets,
  socketTables,
} from '../../../../../electron/engine/system/linux/client-sockets.ts';
import { createDiagTable } from '../../../../../electron/engine/system/linux/diag-table.ts';
import { createPerlRelay } from '../../../../../electron/engine/system/linux/perl-relay.ts';
import { createProcTable } from '../../../../../electron/engine/system/linux/proc-table.ts';
import type { SocketTable } from '../../../../../electron/engine/system/linux/socket-table.ts';
import { createSsTable } from '../../../../../electron/engine/system/linux/ss-table.ts';

/** Three clients: IPv4, IPv6, and IPv4 through an IPv6 socket. */
async function connections(): Promise<ClientConnection[]> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    made.push({
      localAddress: socket.localAddress ?? '',
      localPort: socket.localPort ?? 0,
      remoteAddress: socket.remoteAddress ?? '',
      remotePort: socket.remotePort ?? 0,
    });
  });
  const made: ClientConnection[] = [];
  onTestFinished(() => void server.close());
  server.listen(0, '::');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    const socket = connect(port, host);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    await expect.poll(() => made.length).toBe(['127.0.0.1', '::1', '::ffff:127.0.0.1'].indexOf(host) + 1);
  }
  return made;
}

async function inodes(
  table: SocketTable,
  wanted: readonly ClientConnection[],
): Promise<(number | undefined)[]> {
  onTestFinished(() => table.close());
  const entries = (await table.read(wanted)) ?? [];
  return wanted.map((each) => entries.find(({ key }) => key === clientKey(each))?.inode);
}

const broken: SocketTable = { isCheap: true, read: () => Promise.resolve(null), close: () => undefined };
const blind: SocketTable = { isCheap: true, read: () => Promise.resolve([]), close: () => undefined };

describe.skipIf(process.platform !== 'linux')('the sockets of clients', () => {
  it('are the same in every way of finding them', async () => {
    const wanted = await connections();
    const byDiag = await inodes(createDiagTable(createPerlRelay('/usr/bin/perl')), wanted);
    expect(byDiag.every((inode) => inode !== undefined && inode > 0)).toBe(true);
    expect(await inodes(createSsTable('/usr/bin/ss'), wanted)).toEqual(byDiag);
    expect(await inodes(createProcTable(), wanted)).toEqual(byDiag);
  });

  it('are not those that wait for the end of their time, or listen', async () => {
    const server = createServer((socket) => socket.resume());
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const at = { localAddress: '127.0.0.1', localPort: port, remoteAddress: '127.0.0.1' };
    const client = { ...at, remotePort: socket.localPort ?? 0 };
    const listener = { ...at, localPort: 0, remotePort: port };
    const table = createDiagTable(createPerlRelay('/usr/bin/perl'));
    onTestFinished(() => table.close());
    expect(await table.read([client, listener])).toHaveLength(1);
    socket.end();
    await once(socket, 'close');
    expect(await table.read([client, listener])).toEqual([]);
  });

  it('are found in another way when one does not work, or finds nothing', async () => {
    const wanted = await connections();
    const byKey = new Map(wanted.map((each) => [clientKey(each), each]));
    for (const tables of [
      socketTables(createPerlRelay('/usr/bin/perl')),
      [broken, blind, ...socketTables(createPerlRelay('/usr/bin/perl'))],
      [
        createDiagTable(createPerlRelay('/usr/bin/false')),
        createSsTable('/usr/bin/false'),
        createProcTable(),
      ],
      [createDiagTable(createPerlRelay('/not/there')), createProcTable()],
    ]) {
      const sockets = createClientSockets(tables);
      onTestFinished(() => sockets.close());
      expect((await sockets.read(byKey)).size).toBe(3);
    }
  });

  it('are not looked for in dearer ways once a cheap one has found something', async () => {
    const wanted = await connections();
    const dear: SocketTable = {
      isCheap: false,
      read: () => Promise.reject(new Error('It was asked.')),
      close: () => undefined,
    };
    const sockets = createClientSockets([createDiagTable(createPerlRelay('/usr/bin/perl')), dear]);
    onTestFinished(() => sockets.close());
    await sockets.read(new Map(wanted.map((each) => [clientKey(each), each])));
    const gone = { localAddress: '127.0.0.1', localPort: 9, remoteAddress: '127.0.0.1', remotePort: 9 };
    expect((await sockets.read(new Map([[clientKey(gone), gone]]))).size).toBe(0);
    expect(sockets.isCheap()).toBe(true);
  });

  it('are asked for with numbers only', async () => {
    const table = createSsTable('/usr/bin/ss');
    onTestFinished(() => table.close());
    for (const remotePort of [NaN, -1, 1.5, '1; id' as unknown as number]) {
      const connection = { localAddress: '::1', localPort: 9, remoteAddress: '::1', remotePort };
      await expect(table.read([connection])).rejects.toThrow('is no port');
    }
  });
});
