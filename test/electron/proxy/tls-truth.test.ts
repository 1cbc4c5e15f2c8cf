import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { createServer, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { readClientHello } from '../../../core/observers/tls-client-hello.ts';
import { fingerprint } from '../../../core/observers/tls-fingerprint.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { dialRaw, openTunnel } from '../../support/conversation.ts';
import { createOpenssl, type Certificate, type Openssl } from '../../support/openssl.ts';
import { nodePlatform } from '../../support/platform.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { runCurl } from '../../support/program.ts';
import { within } from '../../support/within.ts';

/** The bytes either end of a TLS connection sends first, seen on the wire. */
interface Wire {
  readonly port: number;
  /** The first bytes of each connection, in order. */
  readonly hellos: Buffer[];
}

interface Fixture {
  readonly proxy: Plumbline;
  readonly wire: Wire;
  readonly caFile: string;
  readonly close: () => void;
}

let authority: TestAuthority;
let ssl: Openssl;
let person: Certificate;
let persons: Certificate;
beforeAll(async () => {
  authority = await createTestAuthority();
  ssl = createOpenssl();
  persons = ssl.issue({ name: 'persons', issuer: null, isAuthority: true });
  person = ssl.issue({ name: 'alice', issuer: persons });
});
afterAll(() => {
  ssl.dispose();
});

/** An HTTPS server behind a listener that keeps what each connection begins with. */
async function startWire(demandsCertificate: boolean): Promise<{ wire: Wire; close: () => void }> {
  const server = createServer(
    {
      ...(await authority.pemFor(['localhost', '127.0.0.1'])),
      ALPNProtocols: ['http/1.1'],
      ...(demandsCertificate ? { requestCert: true, ca: persons.cert } : {}),
    },
    (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        const subject = demandsCertificate ? socket.getPeerCertificate().subject.CN : 'nobody';
        const body = `${String(subject)} ${String(socket.isSessionReused())}`;
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      });
    },
  );
  const hellos: Buffer[] = [];
  const listener = createTcpServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      hellos.push(Buffer.from(first));
      socket.unshift(first);
      server.emit('connection', socket);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    wire: { port: (listener.address() as AddressInfo).port, hellos },
    close: () => listener.close(),
  };
}

async function start(
  runtime: (typeof runtimes)[number],
  settings: Readonly<Record<string, unknown>> = {},
  demandsCertificate = false,
): Promise<Fixture> {
  const { wire, close } = await startWire(demandsCertificate);
  const proxy = await startPlumbline({ runtime, upstreamCaPem: authority.certificatePem, settings });
  const caFile = ssl.file(`proxy-${proxy.port}.pem`, proxy.caPem);
  return {
    proxy,
    wire,
    caFile,
    close: () => {
      proxy.dispose();
      close();
    },
  };
}

function curl({ proxy, wire, caFile }: Fixture, ...args: readonly string[]): ReturnType<typeof runCurl> {
  const through = ['--proxy', `http://127.0.0.1:${proxy.port}`, '--cacert', caFile];
  return runCurl([...through, ...args, `https://localhost:${wire.port}/`]);
}

function seenIn(hello: Buffer | undefined): ReturnType<typeof fingerprint> & { alpn: readonly string[] } {
  const reading = readClientHello(hello ?? Buffer.alloc(0));
  if (reading.state !== 'complete') throw new Error(`The hello was ${reading.state}.`);
  return { ...fingerprint(reading.hello, nodePlatform), alpn: reading.hello.alpn };
}

const clientRandom = (hello: Buffer): string => hello.subarray(11, 43).toString('hex');

describe.each(runtimes.filter(hasRuntime))('what is told of TLS in %s', (runtime) => {
  test('both hellos are told by fingerprint: that of the client, and what the server saw instead', async () => {
    const fixture = await start(runtime);
    try {
      for (const args of [[], ['--no-sessionid'], ['--tls-max', '1.2'], ['--no-alpn']])
        expect((await curl(fixture, ...args)).stdout).toMatch(/^nobody/);
      const rows = await fixture.proxy.stop();
      expect(rows).toHaveLength(4);
      rows.forEach((row, index) => {
        const { alpn, ...print } = seenIn(fixture.wire.hellos[index]);
        expect(row.serverLeg).toMatchObject({ ...print, alpnOffered: alpn });
        expect(row.clientLeg?.ja4).toMatch(/^t1[23]d/);
        expect(row.clientLeg?.alpnOffered).toEqual(alpn);
      });
      // This curl's own; that of a capture of it as published by others.
      expect(rows[0]?.clientLeg?.ja4).toBe('t13d3112h2_e8f1e7e78f70_b26ce05bbdd6');
    } finally {
      fixture.close();
    }
  });

  test('the server is offered the ciphers, groups and signature algorithms of the client in its order', async () => {
    const fixture = await start(runtime);
    try {
      await curl(
        fixture,
        ...['--tls-max', '1.2', '--curves', 'P-384:X25519'],
        ...['--ciphers', 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256'],
      );
      await fixture.proxy.stop();
      const reading = readClientHello(fixture.wire.hellos[0] ?? Buffer.alloc(0));
      if (reading.state !== 'complete') throw new Error('No hello.');
      expect(reading.hello.ciphers.filter((cipher) => cipher !== 0x00ff)).toEqual([0xc02c, 0xc02b]);
      expect(reading.hello.groups).toEqual([24, 29]);
      expect(reading.hello.legacyVersion).toBe(0x0303);
      expect(reading.hello.versions).not.toContain(0x0304);
      expect(reading.hello.signatureAlgorithms[0]).toBe(0x0403);
    } finally {
      fixture.close();
    }
  });

  test('a client that comes again resumes its session with us, and we ours with the server', async () => {
    const fixture = await start(runtime);
    try {
      const { proxy, wire } = fixture;
      let session: Buffer | undefined;
      const ask = async (): Promise<{ resumed: boolean; body: string }> => {
        const raw = await dialRaw(proxy);
        await openTunnel(raw, `localhost:${wire.port}`);
        const tls: TLSSocket = connectTls({
          socket: raw,
          ca: proxy.caPem,
          servername: 'localhost',
          ...(session === undefined ? {} : { session }),
        });
        tls.on('session', (given: Buffer) => (session = given));
        await within(8_000, 'the handshake', once(tls, 'secureConnect'));
        const resumed = tls.isSessionReused();
        let text = '';
        tls.on('data', (chunk: Buffer) => (text += chunk.toString()));
        tls.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await within(8_000, 'the answer', once(tls, 'end'));
        tls.destroy();
        return { resumed, body: text.split('\r\n\r\n')[1] ?? '' };
      };
      expect(await ask()).toEqual({ resumed: false, body: 'nobody false' });
      expect(await ask()).toEqual({ resumed: true, body: 'nobody true' });
      const rows = await proxy.stop();
      const resumed = (row: ExchangeJson | undefined): unknown => [
        row?.clientLeg?.tlsResumed,
        row?.serverLeg?.tlsResumed,
      ];
      expect([resumed(rows[0]), resumed(rows[1])]).toEqual([
        [false, false],
        [true, true],
      ]);
      // What the server saw when a session was resumed has the key of that session in it.
      expect(rows[1]?.serverLeg?.ja4).toBe(seenIn(wire.hellos[1]).ja4);
      expect(rows[1]?.serverLeg?.ja4).not.toBe(rows[0]?.serverLeg?.ja4);
    } finally {
      fixture.close();
    }
  });

  test('the keys of both legs are kept, each with the random of the hello on its wire', async () => {
    const fixture = await start(runtime);
    try {
      await curl(fixture);
      await fixture.proxy.stop();
      const lines = await fixture.proxy.keyLog('host:localhost');
      const randoms = new Set(lines.map((line) => line.split(' ')[1]));
      expect(randoms.size).toBe(2);
      expect(randoms).toContain(clientRandom(fixture.wire.hellos[0] ?? Buffer.alloc(0)));
      for (const label of ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0'])
        expect(lines.filter((line) => line.startsWith(`${label} `))).toHaveLength(2);
      expect(await fixture.proxy.keyLog('host:elsewhere')).toEqual([]);
    } finally {
      fixture.close();
    }
  });

  test('no keys are kept when the settings say so', async () => {
    const fixture = await start(runtime, { keepTlsKeys: false });
    try {
      expect((await curl(fixture)).stdout).toMatch(/^nobody/);
      await fixture.proxy.stop();
      expect(await fixture.proxy.keyLog()).toEqual([]);
    } finally {
      fixture.close();
    }
  });

  test('a server that asks for a certificate is shown the one chosen for it', async () => {
    const mine = { host: 'localhost', certificateFile: person.certFile, keyFile: person.keyFile };
    const fixture = await start(runtime, { clientCertificates: [{ ...mine, passwordFile: null }] }, true);
    try {
      expect((await curl(fixture)).stdout).toMatch(/^alice/);
      const [row] = await fixture.proxy.stop();
      expect(row?.serverLeg?.clientCertificate).toBe('CN=alice');
    } finally {
      fixture.close();
    }
  });

  test('a certificate that the server does not accept is named', async () => {
    const stranger = ssl.issue({ name: `mallory of ${runtime}`, issuer: null });
    const mine = { host: 'localhost', certificateFile: stranger.certFile, keyFile: stranger.keyFile };
    const { cert, key } = await authority.pemFor(['localhost']);
    const server = await ssl.server([
      ...['-cert', ssl.file('server.pem', cert), '-key', ssl.file('server.key', key), '-www'],
      ...['-Verify', '1', '-verify_return_error', '-CAfile', persons.certFile],
    ]);
    const fixture = await start(runtime, { clientCertificates: [{ ...mine, passwordFile: null }] });
    try {
      await curl({ ...fixture, wire: { ...fixture.wire, port: server.port } });
      const [row] = await fixture.proxy.stop();
      expect(row?.error).toEqual({
        code: 'upstream-refuses-certificate',
        message: expect.stringMatching(/does not accept the client certificate CN=mallory of/) as unknown,
      });
    } finally {
      fixture.close();
    }
  });
});
