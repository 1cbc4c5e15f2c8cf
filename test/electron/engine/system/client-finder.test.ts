import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClientFinder } from '../../../../electron/engine/system/client-finder.ts';
import { ran, startedFinder, startedListener } from './finder.ts';

/** A client that says its process id in a header field, or as its first line. */
const claimed = /pid:? (\d+)/;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'plumbline-who-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

describe.skipIf(process.platform !== 'linux')('the process behind a connection', () => {
  it('is curl, over IPv4 and IPv6', async () => {
    const listener = await startedListener(await startedFinder(), 1000);
    const four = await ran('curl', ['-s', `http://127.0.0.1:${listener.port}/`]);
    const six = await ran('curl', ['-s', '-g', `http://[::1]:${listener.port}/`]);
    expect((await listener.seen()).map((each) => each.process)).toEqual(
      [four, six].map((id) => ({ id, name: 'curl', detail: null, path: '/usr/bin/curl', app: 'curl' })),
    );
  });

  it('is python or node, with the script it runs', async () => {
    const listener = await startedListener(await startedFinder(), 1000);
    const url = `http://127.0.0.1:${listener.port}/`;
    const place = folder();
    const python = join(place, 'crawl.py');
    writeFileSync(python, `import urllib.request\nurllib.request.urlopen('${url}').read()\n`);
    const script = join(place, 'ask.mjs');
    writeFileSync(script, `await (await fetch('${url}')).text();\n`);
    await ran('/usr/bin/python3', [python]);
    const node = await ran(process.execPath, [script]);
    const [first, second] = (await listener.seen()).map((each) => each.process);
    expect(first).toMatchObject({ name: 'python3', detail: 'crawl.py', app: 'python3' });
    expect(second).toMatchObject({ id: node, name: 'node', detail: 'ask.mjs', app: 'node' });
    expect(second?.path).toBe(readlinkSync('/proc/self/exe'));
  });

  it('is the browser, not the process of it that speaks with the network', async () => {
    const listener = await startedListener(await startedFinder(), 1000);
    const profile = folder();
    const chromium = spawn(
      '/usr/bin/chromium',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
        ...[`--user-data-dir=${profile}`, '--dump-dom', `http://127.0.0.1:${listener.port}/`],
      ],
      { stdio: 'ignore' },
    );
    onTestFinished(() => void chromium.kill('SIGKILL'));
    await once(chromium, 'close');
    // It opens a spare connection, too, and closes that when it likes.
    const seen = (await listener.seen()).filter(({ head }) => head.startsWith('GET'));
    expect(seen.length).toBeGreaterThan(0);
    for (const each of seen) expect(each.process).toMatchObject({ id: chromium.pid, app: 'Chromium' });
  });

  it('is the one that opened it, when others inherited it', async () => {
    const listener = await startedListener(await startedFinder(), 1500);
    const script = `import os, socket, sys
s = socket.create_connection(('127.0.0.1', ${listener.port}))
if os.fork() == 0:
    s.recv(1)
    sys.exit(0)
s.sendall(b'pid %d' % os.getpid())
s.recv(1)
os.wait()`;
    const id = await ran('/usr/bin/python3', ['-c', script]);
    expect((await listener.seen())[0]?.process?.id).toBe(id);
  });

  it('is nobody when it has gone, or is on another machine', async () => {
    const finder = await startedFinder();
    const at = { localAddress: '127.0.0.1', localPort: 9, remoteAddress: '127.0.0.1', remotePort: 9 };
    expect(await finder.find(at)).toBeNull();
    expect(await finder.find({ ...at, remoteAddress: '192.0.2.7' })).toBeNull();
    expect(await finder.find({ ...at, remoteAddress: 'nonsense', localAddress: 'nonsense' })).toBeNull();
  });

  it('is not waited for when the finder is closed', async () => {
    const finder = await startedFinder();
    const asked = finder.find({ localAddress: '::1', localPort: 9, remoteAddress: '::1', remotePort: 9 });
    await finder.close();
    expect(await asked).toBeNull();
  });

  // How short they may live is measured on a machine that does nothing else: `npm run bench -- who`.
  it('is known of nearly all, among 500 connections a second', async () => {
    const listener = await startedListener(await startedFinder(), 2500);
    const flood = spawn(
      process.execPath,
      [
        '-e',
        `const net = require('node:net'); let opened = 0;
const timer = setInterval(() => {
  for (let at = 0; at < 10; at++) {
    const socket = net.connect(${listener.port}, '127.0.0.1', () => socket.write('pid ' + process.pid));
    socket.on('error', () => {});
    setTimeout(() => socket.destroy(), 2500);
  }
  if (++opened === 150) clearInterval(timer);
}, 20);`,
      ],
      { stdio: 'ignore' },
    );
    const url = `http://127.0.0.1:${listener.port}/`;
    const curls: Promise<number>[] = [];
    const sprinkling = setInterval(() => {
      curls.push(ran('/bin/sh', ['-c', `exec curl -s -o /dev/null -H "pid: $$" ${url}`]));
    }, 100);
    await once(flood, 'close');
    clearInterval(sprinkling);
    await Promise.all(curls);
    const seen = await listener.seen();
    const wrong = seen.filter(
      ({ head, process }) => process !== null && process.id !== Number(claimed.exec(head)?.[1]),
    );
    const named = seen.filter(({ process }) => process !== null);
    expect(seen.length).toBeGreaterThan(1500);
    expect(wrong).toEqual([]);
    expect(named.filter(({ process }) => process?.name === 'curl').length).toBeGreaterThan(
      0.99 * curls.length - 1,
    );
    expect(named.length / seen.length).toBeGreaterThanOrEqual(0.99);
  });

  it('is nobody when the thread cannot go on, however often it is asked', async () => {
    const finder = createClientFinder(new URL('data:text/javascript,process.exit(1)'));
    const connection = { localAddress: '::1', localPort: 9, remoteAddress: '::1', remotePort: 9 };
    for (let at = 0; at < 8; at++) expect(await finder.find(connection)).toBeNull();
    await finder.close();
  });
});
