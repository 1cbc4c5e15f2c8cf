import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RedirectedConnection } from '../../../../electron/engine/system/redirect-channel.ts';
import {
  nameDestination,
  nodeScript,
  relay,
  startNameServer,
  startRedirected,
  type Redirected,
} from '../../../support/redirect.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { within } from '../../../support/within.ts';

const started: Redirected[] = [];
const closing: (() => void)[] = [];

async function start(...parameters: Parameters<typeof startRedirected>): Promise<Redirected> {
  const redirected = await startRedirected(...parameters);
  started.push(redirected);
  return redirected;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ program }) => program.stop()));
  for (const close of closing.splice(0)) close();
});

const curl = ['curl', '-q', '--silent', '--show-error', '--max-time', '10', '--noproxy', '*'] as const;

/** A listener that says its name and echoes, at an address of this machine. */
async function greeter(host: string, greeting: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${greeting.length}\r\n\r\n${greeting}`);
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('where a program was going', () => {
  it('is known for IPv4 and IPv6, for addresses that exist nowhere', async () => {
    const { output, connections } = await start(
      [...curl, 'http://203.0.113.7:81/', 'http://[2001:db8:7::1]:82/'],
      nameDestination,
    );
    expect(await output).toBe('203.0.113.7 812001:db8:7::1 82');
    expect(connections.map(({ reached }) => reached)).toEqual([null, null]);
  });

  it('is known by its name, which the name server outside has answered', async () => {
    const names = await startNameServer({
      'shop.example': { a: '203.0.113.9' },
      'six.example': { aaaa: '20010db8000700000000000000000042' },
    });
    closing.push(names.close);
    const { output } = await start(
      [...curl, 'http://shop.example/', 'http://six.example:8080/'],
      nameDestination,
      {
        network: { resolver: { address: '127.0.0.1', port: names.port }, ipv6: true },
      },
    );
    expect(await output).toBe('203.0.113.9 802001:db8:7::42 8080');
    expect(new Set(names.asked)).toEqual(new Set(['shop.example', 'six.example']));
  });

  it('is found through a resolver on loopback, of which there is one outside only', async () => {
    const names = await startNameServer({ 'shop.example': { a: '203.0.113.9' } });
    closing.push(names.close);
    const script = `
      import { Resolver } from 'node:dns/promises';
      for (const server of ['127.0.0.53', '127.0.0.1', '[::1]', '198.51.100.1']) {
        const resolver = new Resolver();
        resolver.setServers([server]);
        console.log(server, String(await resolver.resolve4('shop.example')));
      }
      const resolver = new Resolver();
      resolver.setServers(['127.0.0.53']);
      const many = await Promise.all(Array.from({ length: 300 }, () => resolver.resolve4('shop.example')));
      console.log(many.length);`;
    const { output } = await start(nodeScript(script), nameDestination, {
      network: { resolver: { address: '127.0.0.1', port: names.port }, ipv6: true },
    });
    expect((await output).split('\n')).toEqual([
      '127.0.0.53 203.0.113.9',
      '127.0.0.1 203.0.113.9',
      '[::1] 203.0.113.9',
      '198.51.100.1 203.0.113.9',
      '300',
      '',
    ]);
  });

  it('may be a service on loopback of this machine', async () => {
    const four = await greeter('127.0.0.1', 'four');
    const six = await greeter('::1', 'six');
    const { output } = await start([...curl, `http://127.0.0.1:${four}/`, `http://[::1]:${six}/`], relay);
    expect(await output).toBe('foursix');
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
    ['0.0.0.0', '192.0.2.1'],
    ['::', '[2001:db8::1]'],
  ])('may be a service of the program itself at %s, which comes connected already', async (host, named) => {
    const script = `
      import { createServer } from 'node:http';
      import { once } from 'node:events';
      const server = createServer((request, response) => response.end('mine'));
      server.listen(0, '${host}');
      await once(server, 'listening');
      const answer = await fetch('http://${named}:' + server.address().port);
      console.log(await answer.text());
      process.exit();`;
    const { output, connections } = await start(nodeScript(script), relay);
    expect(await output).toBe('mine\n');
    expect(connections.map(({ reached }) => reached !== null)).toEqual([true]);
  });

  it('is known of a browser, which takes its network for a real one', { timeout: 60_000 }, async () => {
    const names = await startNameServer({ 'shop.example': { a: '203.0.113.9' } });
    closing.push(names.close);
    const page = '<script>document.title = "online " + navigator.onLine</script>';
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--no-proxy-server'];
    const profile = `--user-data-dir=${scratchFolder()}`;
    const { output, connections } = await start(
      ['chromium', ...flags, profile, '--dump-dom', 'http://shop.example/'],
      ({ socket }) => {
        socket.once('data', () => {
          const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}`;
          socket.end(`${head}\r\n\r\n${page}`);
        });
      },
      { network: { resolver: { address: '127.0.0.1', port: names.port }, ipv6: true } },
    );
    expect(await output).toContain('<title>online true</title>');
    expect(connections.map(({ destination }) => destination)).toContainEqual({
      address: '203.0.113.9',
      port: 80,
    });
  });
});

describe('a connection handed over is the client’s own', () => {
  const client = (body: string): readonly string[] =>
    nodeScript(
      `import net from 'node:net'; import { once } from 'node:events';
       const socket = net.connect({ host: '203.0.113.7', port: 80, allowHalfOpen: true });
       await once(socket, 'connect');
       ${body}`,
    );

  it('so its reset arrives as one', async () => {
    let code: Promise<unknown> = Promise.resolve();
    const redirected = await start(
      client(`socket.write('x'); process.stdin.on('data', () => undefined);
        await once(socket, 'data'); socket.resetAndDestroy();`),
      ({ socket }) => {
        code = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
        socket.on('data', () => socket.write('y'));
      },
    );
    await redirected.output;
    expect(await within(5000, 'the reset', code)).toBe('ECONNRESET');
  });

  it('so a reset from here reaches it', async () => {
    const { output } = await start(
      client(`socket.write('x'); const [error] = await once(socket, 'error'); console.log(error.code);`),
      ({ socket }) => socket.once('data', () => socket.resetAndDestroy()),
    );
    expect(await output).toBe('ECONNRESET\n');
  });

  it('so either side may end first and be answered still', async () => {
    const seen: string[] = [];
    const { output } = await start(
      client(`let text = ''; socket.on('data', (chunk) => { text += chunk; });
        socket.end('all of it'); await once(socket, 'end'); console.log(text);`),
      ({ socket }) => {
        socket.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
        socket.on('end', () => {
          seen.push('end');
          setImmediate(() => socket.end('answer after the end'));
        });
      },
    );
    expect(await output).toBe('answer after the end\n');
    expect(seen).toEqual(['all of it', 'end']);
  });

  it('so a client whose bytes nobody reads has to wait, and loses none', async () => {
    const script = client(`const chunk = Buffer.alloc(1 << 20); let size = 0;
      do size += chunk.length; while (socket.write(chunk));
      console.log('full'); socket.end(); await once(socket, 'finish'); console.log(size);`);
    let received = 0;
    let take: (connection: RedirectedConnection) => void = () => undefined;
    const taken = new Promise<RedirectedConnection>((resolve) => (take = resolve));
    const { program, output } = await start(script, (connection) => {
      const { socket } = connection;
      take(connection);
      socket.pause();
      socket.on('data', (chunk: Buffer) => (received += chunk.length));
      socket.on('end', () => socket.end());
      socket.pause();
    });
    await linesOf(program.streams.stdout, 1);
    const { socket } = await taken;
    expect(socket.bytesRead).toBeLessThanOrEqual(256 * 1024);
    socket.resume();
    expect(await output).toBe(`full\n${received}\n`);
  });
});

describe('many connections', () => {
  const rounds = 5;
  const script = `
    import net from 'node:net';
    const one = (index) => new Promise((resolve, reject) => {
      const socket = net.connect(4000 + index, '203.0.113.7');
      let text = '';
      socket.on('data', (chunk) => { text += chunk; });
      socket.on('end', () => text === 'to ' + (4000 + index) ? resolve() : reject(new Error(text)));
      socket.on('error', reject);
      socket.write('hello');
    });
    for (let round = 0; round < ${rounds}; round++) {
      await Promise.all(Array.from({ length: 200 }, (_, index) => one(index)));
      console.log('round');
    }
    setInterval(() => undefined, 1000);`;

  it('are handed over at once, 200 of them, and leave nothing behind in the helper', async () => {
    const seen: { files: number; kilobytes: number }[] = [];
    const answer = ({ socket, destination }: RedirectedConnection): void => {
      socket.once('data', () => socket.end(`to ${destination.port}`));
    };
    const { program, connections } = await start(nodeScript(script), answer);
    const helper = parentOf(program.pid);
    let count = 0;
    await within(
      20_000,
      'all rounds',
      new Promise<void>((resolve) => {
        program.streams.stdout?.on('data', (chunk: Buffer) => {
          count += chunk.toString().split('round').length - 1;
          seen.push(usageOf(helper));
          if (count === rounds) resolve();
        });
      }),
    );
    expect(connections).toHaveLength(rounds * 200);
    expect(new Set(connections.map(({ destination }) => destination.port)).size).toBe(200);
    expect(seen.at(-1)!.files).toBe(seen[0]!.files);
    expect(seen.at(-1)!.kilobytes - seen[0]!.kilobytes).toBeLessThan(64);
  });
});

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function usageOf(pid: number): { files: number; kilobytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    files: readdirSync(`/proc/${pid}/fd`).length,
    kilobytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]),
  };
}

describe('UDP', () => {
  it('to port 443 is refused at once, as by a server without QUIC, and counted', async () => {
    const script = `
      import { createSocket } from 'node:dgram'; import { once } from 'node:events';
      for (const [type, host] of [['udp4', '203.0.113.7'], ['udp6', '2001:db8:7::1']]) {
        const socket = createSocket(type);
        socket.connect(443, host);
        await once(socket, 'connect');
        const began = performance.now();
        socket.send('hello');
        const [error] = await once(socket, 'error');
        console.log(error.code, performance.now() - began < 1000);
      }
      setInterval(() => undefined, 1000);`;
    const { program } = await start(nodeScript(script), nameDestination);
    expect(await linesOf(program.streams.stdout, 2)).toEqual(['ECONNREFUSED true', 'ECONNREFUSED true']);
    expect(await program.udpCounts()).toEqual({ quicRefused: 2, dropped: 0 });
  });

  it('to other ports goes nowhere, without an error and with a count', async () => {
    const script = `
      import { createSocket } from 'node:dgram'; import { once } from 'node:events';
      const socket = createSocket('udp4');
      socket.on('error', (error) => console.log(error.code));
      for (let i = 0; i < 3; i++) await new Promise((done) => socket.send('hello', 5060, '203.0.113.7', done));
      const other = createSocket('udp4'); other.bind(0, '127.0.0.1'); await once(other, 'listening');
      socket.send('inside', other.address().port, '127.0.0.1');
      console.log(String((await once(other, 'message'))[0]));
      setInterval(() => undefined, 1000);`;
    const { program } = await start(nodeScript(script), nameDestination);
    expect(await linesOf(program.streams.stdout, 1)).toEqual(['inside']);
    const [one, other] = await Promise.all([program.udpCounts(), program.udpCounts()]);
    expect(one).toEqual({ quicRefused: 0, dropped: 3 });
    expect(other).toEqual(one);
  });
});

function linesOf(stream: NodeJS.ReadableStream | null, count: number): Promise<string[]> {
  return within(
    10_000,
    `${count} lines`,
    new Promise((resolve) => {
      let text = '';
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const lines = text.split('\n').slice(0, -1);
        if (lines.length >= count) resolve(lines);
      });
    }),
  );
}
