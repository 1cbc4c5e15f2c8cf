import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tlsFailures, type TlsFailureCode } from '../../../core/model/tls-failures.ts';
import { helloExtensions as has, helloMessage, helloRecords } from '../../support/client-hello.ts';
import { dialRaw, openTunnel } from '../../support/conversation.ts';
import { playScenarios, rowsOf, type Lab, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { createOpenssl, type Certificate, type Openssl } from '../../support/openssl.ts';
import { hasRuntime, runtimes, type Runtime } from '../../support/plumbline.ts';
import { runCurl, startProgram, type Ended } from '../../support/program.ts';

const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';
const address = ['subjectAltName=IP:127.0.0.1,DNS:localhost'];
const rsa = (bits: number): string[] => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];

/** Certificates of the servers, made once. */
interface Certificates {
  readonly root: Certificate;
  readonly good: Certificate;
  readonly goodRsa: Certificate;
  readonly expired: Certificate;
  readonly early: Certificate;
  readonly selfSigned: Certificate;
  readonly stranger: Certificate;
  readonly belowIntermediate: Certificate;
  readonly otherName: Certificate;
  readonly weak: Certificate;
  readonly client: Certificate;
}

function makeCertificates(ssl: Openssl): Certificates {
  const root = ssl.issue({ name: 'root', issuer: null, isAuthority: true });
  const unknown = ssl.issue({ name: 'unknown root', issuer: null, isAuthority: true });
  const between = ssl.issue({ name: 'intermediate', issuer: root, isAuthority: true });
  const place = 'authorityInfoAccess=caIssuers;URI:http://127.0.0.1:9/intermediate.der';
  const leaf = { issuer: root, extensions: address };
  return {
    root,
    good: ssl.issue({ name: 'good', ...leaf }),
    goodRsa: ssl.issue({ name: 'good rsa', ...leaf, key: rsa(2048) }),
    expired: ssl.issue({
      name: 'expired',
      ...leaf,
      notBefore: '20200101000000Z',
      notAfter: '20200410000000Z',
    }),
    early: ssl.issue({ name: 'early', ...leaf, notBefore: '20900101000000Z' }),
    selfSigned: ssl.issue({ name: 'self-signed', issuer: null, extensions: address }),
    stranger: ssl.issue({ name: 'stranger', issuer: unknown, extensions: address }),
    belowIntermediate: ssl.issue({
      name: 'below intermediate',
      issuer: between,
      extensions: [...address, place],
    }),
    otherName: ssl.issue({ name: 'other name', issuer: root, extensions: ['subjectAltName=DNS:other.test'] }),
    weak: ssl.issue({ name: 'weak', ...leaf, key: rsa(1024) }),
    client: ssl.issue({ name: 'client', issuer: root }),
  };
}

/** What a case has at hand. */
interface Bench {
  readonly lab: Lab;
  readonly ssl: Openssl;
  readonly certificates: Certificates;
  /** The file of the proxy's CA. */
  readonly caFile: string;
  readonly proxyUrl: string;
}

/** Provokes a failure and gives the port of the server it was about. */
type Provoke = (bench: Bench) => Promise<number>;

interface Case {
  readonly code: TlsFailureCode | Readonly<Record<Runtime, TlsFailureCode | 'works'>>;
  readonly words: RegExp;
  readonly provoke: Provoke;
}

const contextOf = ({ cert, key }: Certificate): SecureContext => createSecureContext({ cert, key });

/** A server with this certificate that answers every connection's first request. */
async function serve({ lab }: Bench, certificate: Certificate, alpn?: readonly string[]): Promise<number> {
  const origin = await lab.origin();
  const answerNext = async (): Promise<void> => {
    const peer = await origin.accept(contextOf(certificate), alpn);
    peer.socket.once('data', () => {
      peer.send(reply);
    });
    peer.socket.once('end', peer.end);
  };
  answerNext().catch(() => undefined);
  return origin.port;
}

/** A server that does this with each connection's raw socket. */
async function serveRaw({ lab }: Bench, act: (socket: Socket) => void): Promise<number> {
  const origin = await lab.origin();
  const peer = origin.accept();
  peer.then(({ socket }) => act(socket)).catch(() => undefined);
  return origin.port;
}

const curl = ({ proxyUrl, caFile }: Bench, port: number, ...args: readonly string[]): Promise<Ended> =>
  runCurl(['--proxy', proxyUrl, '--cacert', caFile, ...args, `https://localhost:${port}/`]);

/** What a curl that trusts the proxy meets at a server. */
function server(reach: (bench: Bench) => Promise<number>, ...args: readonly string[]): Provoke {
  return async (bench) => {
    const port = await reach(bench);
    await curl(bench, port, ...args);
    return port;
  };
}

const withCertificate = (name: keyof Certificates): Provoke =>
  server((bench) => serve(bench, bench.certificates[name]));

/** `openssl s_server`, which can be as old and weak as it gets. */
const sServer =
  (certificate: keyof Certificates, ...args: readonly string[]): ((bench: Bench) => Promise<number>) =>
  async ({ ssl, certificates }) => {
    const { certFile, keyFile } = certificates[certificate];
    return (await ssl.server(['-cert', certFile, '-key', keyFile, '-www', ...args])).port;
  };

/** A client of our own making that says hello and then does this. */
function rawClient(act: (socket: Socket) => Promise<void> | void, serverName?: string): Provoke {
  return async (bench) => {
    const port = await serve(bench, bench.certificates.good);
    const socket = await dialRaw(bench.lab.proxy);
    socket.on('error', () => undefined);
    await openTunnel(socket, `127.0.0.1:${port}`);
    const left = new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('close', resolve);
    });
    socket.write(
      helloRecords(
        helloMessage({
          ciphers: [0xc02b],
          extensions: [
            ...(serverName === undefined ? [] : [has.serverName(serverName)]),
            has.groups([23]),
            has.pointFormats([0]),
            has.signatureAlgorithms([0x0403]),
          ],
        }),
      ),
    );
    await act(socket);
    socket.resume();
    await left;
    socket.destroy();
    return port;
  };
}

const alert = (description: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, description]);

/** `openssl s_client` through the proxy. */
async function sClient({ lab, caFile }: Bench, port: number, ...args: readonly string[]): Promise<void> {
  const { host, port: proxyPort } = lab.proxy;
  await startProgram('openssl', [
    's_client',
    ...['-proxy', `${host}:${proxyPort}`, '-connect', `127.0.0.1:${port}`, '-servername', 'localhost'],
    ...['-CAfile', caFile, '-verify_return_error', ...args],
  ]).ended();
}

/** BoringSSL cannot read the alert by which clients with OpenSSL refuse a certificate in TLS 1.3. */
const distrustByOpenssl = { node: 'client-distrusts-ca', electron: 'client-refuses-certificate' } as const;

const cases: Readonly<Record<string, Case>> = {
  'curl that does not know the CA': {
    code: distrustByOpenssl,
    words: /unknown_ca.*Install the CA|only OpenSSL reads.*Install the CA/,
    provoke: async (bench) => {
      const port = await serve(bench, bench.certificates.good);
      await runCurl(['--proxy', bench.proxyUrl, `https://localhost:${port}/`]);
      return port;
    },
  },
  'Python that does not know the CA': {
    code: distrustByOpenssl,
    words: /pass localhost through/,
    provoke: async (bench) => {
      const port = await serve(bench, bench.certificates.good);
      const script = `import urllib.request as u\nu.build_opener(u.ProxyHandler({'https':'${bench.proxyUrl}'})).open('https://localhost:${port}/',timeout=9)`;
      await startProgram('python3', ['-c', script]).ended();
      return port;
    },
  },
  'Chromium that does not know the CA': {
    code: 'client-refuses-certificate',
    words: /certificate_unknown.*does not tell which/,
    provoke: async (bench) => {
      const browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--proxy-bypass-list=<-loopback>'],
        proxy: { server: bench.proxyUrl },
      });
      try {
        const page = await browser.newPage();
        const port = await serve(bench, bench.certificates.good);
        await page.goto(`https://localhost:${port}/`).catch(() => undefined);
        return port;
      } finally {
        await browser.close();
      }
    },
  },
  'a client as Java is, which says bad_certificate': {
    code: 'client-refuses-certificate',
    words: /bad_certificate/,
    provoke: rawClient(async (socket) => {
      await once(socket, 'readable');
      socket.write(alert(42));
    }),
  },
  'an app that trusts the CA elsewhere and refuses it here': {
    code: 'client-pins-certificate',
    words: /although it has accepted the Plumbline CA for other hosts.*pinning/,
    provoke: async (bench) => {
      const elsewhere = await serve(bench, bench.certificates.good);
      await sClient(bench, elsewhere);
      const port = await serve(bench, bench.certificates.otherName);
      await sClient(bench, port, '-servername', 'other.test', '-verify_hostname', 'pinned.test');
      return port;
    },
  },
  'curl that does not know the CA, over TLS 1.2': {
    code: 'client-distrusts-ca',
    words: /unknown_ca/,
    provoke: async (bench) => {
      const port = await serve(bench, bench.certificates.good);
      await runCurl(['--proxy', bench.proxyUrl, '--tls-max', '1.2', `https://localhost:${port}/`]);
      return port;
    },
  },
  'curl that pins a key: it closes after the handshake': {
    code: 'client-closed-unused',
    words: /right after the TLS handshake without asking anything.*pinning/,
    provoke: server(
      (bench) => serve(bench, bench.certificates.good),
      '--pinnedpubkey',
      'sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    ),
  },
  'a client that closes in the handshake': {
    code: 'client-tls-closed',
    words: /closed the connection during the TLS handshake without saying why/,
    provoke: rawClient(async (socket) => {
      await once(socket, 'readable');
      socket.end();
    }),
  },
  'a client that resets in the handshake': {
    code: 'client-tls-reset',
    words: /reset the connection during the TLS handshake/,
    provoke: rawClient(async (socket) => {
      await once(socket, 'readable');
      socket.resetAndDestroy();
    }),
  },
  'a client that speaks TLS 1.1 at most': {
    code: 'client-tls-version',
    words: /too old: it speaks TLS 1\.1 at most/,
    provoke: async (bench) => {
      const port = await serve(bench, bench.certificates.good);
      await sClient(bench, port, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0');
      return port;
    },
  },
  'a client that takes RSA certificates only': {
    code: 'client-no-shared-cipher',
    words: /share no cipher.*rotate --rsa/,
    provoke: server(
      (bench) => serve(bench, bench.certificates.goodRsa),
      ...['--tls-max', '1.2', '--ciphers', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ),
  },
  'a client that never goes on': {
    code: 'client-tls-timeout',
    words: /never finished it/,
    provoke: rawClient(() => undefined),
  },
  'a client that does not wait for a slow server': {
    code: 'client-gave-up',
    words: /gave up while the handshake with localhost was still going on, \d\.\d s after/,
    provoke: server((bench) => serveRaw(bench, () => undefined), '--max-time', '1'),
  },
  'a client that asks for a name no certificate can be for': {
    code: 'client-name-invalid',
    words: /"not a name" is not a host name/,
    provoke: rawClient(() => undefined, 'not a name'),
  },
  'a server whose certificate has expired': {
    code: 'upstream-certificate-expired',
    words: /expired on 2020-04-10.*Nothing was sent.*Renew it/,
    provoke: withCertificate('expired'),
  },
  'a server whose certificate is not valid yet': {
    code: 'upstream-certificate-not-yet-valid',
    words: /valid from 2090-01-01 on only.*clocks/,
    provoke: withCertificate('early'),
  },
  'a server whose certificate is self-signed': {
    code: 'upstream-certificate-self-signed',
    words: /self-signed.*Add it as a CA file/,
    provoke: withCertificate('selfSigned'),
  },
  'a server whose issuer is unknown': {
    code: 'upstream-certificate-issuer-unknown',
    words: /"unknown root".*Add the issuer/,
    provoke: withCertificate('stranger'),
  },
  'a server that leaves its intermediate certificate out': {
    code: 'upstream-certificate-chain-incomplete',
    words: /without that of its issuer "intermediate".*whole chain/,
    provoke: withCertificate('belowIntermediate'),
  },
  'a server whose certificate is for another name': {
    code: 'upstream-certificate-wrong-name',
    words: /not for "localhost"; it is for "other\.test"/,
    provoke: withCertificate('otherName'),
  },
  'a server whose key is small': {
    // BoringSSL takes RSA keys of 1024 bits.
    code: { node: 'upstream-certificate-key-too-small', electron: 'works' },
    words: /a key of 1024 bits, too small to be believed.*2048 bits/,
    provoke: server(sServer('weak', '-cipher', 'ALL:@SECLEVEL=0')),
  },
  'a server that closes in the handshake': {
    code: 'upstream-tls-closed',
    words: /localhost closed the connection during the TLS handshake/,
    provoke: server((bench) =>
      serveRaw(bench, (socket) => {
        socket.once('data', () => socket.end());
      }),
    ),
  },
  'a server that resets in the handshake': {
    code: 'upstream-tls-reset',
    words: /localhost reset the connection/,
    provoke: server((bench) =>
      serveRaw(bench, (socket) => {
        socket.once('data', () => socket.resetAndDestroy());
      }),
    ),
  },
  'a server of plain HTTP': {
    code: 'upstream-not-tls',
    words: /does not speak TLS on this port.*http:\/\//,
    provoke: server((bench) =>
      serveRaw(bench, (socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
      }),
    ),
  },
  'a server of something else': {
    code: 'upstream-not-tls',
    words: /does not speak TLS/,
    provoke: server((bench) =>
      serveRaw(bench, (socket) => {
        socket.once('data', () => socket.write('* OK IMAP4rev1 ready\r\n'));
      }),
    ),
  },
  'a server of TLS 1.1': {
    code: 'upstream-tls-version',
    words: /no TLS version/,
    provoke: server(sServer('good', '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0')),
  },
  'a server with ciphers of its own': {
    code: 'upstream-no-shared-cipher',
    words: /accepts none of the ciphers/,
    provoke: server(
      sServer('goodRsa', '-tls1_2', '-cipher', 'CAMELLIA128-SHA'),
      ...['--tls-max', '1.2', '--ciphers', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ),
  },
  'a server of Diffie-Hellman without curves': {
    code: { node: 'works', electron: 'upstream-needs-openssl' },
    words: /DHE-RSA-AES.*from the command line/,
    provoke: server(sServer('goodRsa', '-tls1_2', '-cipher', 'DHE-RSA-AES128-GCM-SHA256')),
  },
  'a server that demands a client certificate, over TLS 1.3': {
    code: 'upstream-wants-certificate',
    words: /demands a client certificate.*--client-cert HOST=CERT,KEY/,
    provoke: server((bench) =>
      sServer(
        'good',
        '-Verify',
        '1',
        '-verify_return_error',
        '-CAfile',
        bench.certificates.root.certFile,
      )(bench),
    ),
  },
  'a server that demands a client certificate, over TLS 1.2': {
    code: 'upstream-wants-certificate',
    words: /demands a client certificate/,
    provoke: server((bench) =>
      sServer(
        'good',
        '-tls1_2',
        '-Verify',
        '1',
        '-verify_return_error',
        '-CAfile',
        bench.certificates.root.certFile,
      )(bench),
    ),
  },
  'a server that does not know the name': {
    code: 'upstream-name-unknown',
    words: /unrecognized_name/,
    provoke: server((bench) =>
      sServer(
        'good',
        ...['-servername', 'somebody.test', '-servername_fatal'],
        ...['-cert2', bench.certificates.good.certFile, '-key2', bench.certificates.good.keyFile],
      )(bench),
    ),
  },
  'a server that speaks none of the protocols': {
    code: 'upstream-no-protocol',
    words: /h2, http\/1\.1/,
    provoke: server((bench) => serve(bench, bench.certificates.good, ['plumb/9'])),
  },
  'a server that never goes on': {
    code: 'upstream-tls-timeout',
    words: /never finished the TLS handshake/,
    provoke: server((bench) => serveRaw(bench, () => undefined)),
  },
};

let ssl: Openssl;
let certificates: Certificates;
beforeAll(() => {
  ssl = createOpenssl();
  certificates = makeCertificates(ssl);
});
afterAll(() => {
  ssl.dispose();
});

/** Written once for each proxy: a program that reads it while it is written finds half of it. */
const caFiles = new Map<number, string>();

function scenario(runtime: Runtime, { code, words, provoke }: Case): Scenario {
  return async (lab) => {
    const { host, port: proxyPort } = lab.proxy;
    const caFile = caFiles.get(proxyPort) ?? ssl.file(`proxy-ca-${proxyPort}.pem`, lab.proxy.caPem);
    caFiles.set(proxyPort, caFile);
    const port = await provoke({ lab, ssl, certificates, caFile, proxyUrl: `http://${host}:${proxyPort}` });
    return (rows) => {
      const mine = rowsOf({ port }, rows);
      const wanted = typeof code === 'string' ? code : code[runtime];
      const row = mine[0];
      if (wanted === 'works') {
        expect(row).toMatchObject({ status: 200, error: null });
        return;
      }
      expect(row?.error).toEqual({ code: wanted, message: expect.stringMatching(words) as unknown });
      expect(row?.error?.message).not.toMatch(/[{}]/);
      expect(row?.state).toBe('failed');
    };
  };
}

describe.each(runtimes)('a TLS handshake that fails is named, in %s', (runtime) => {
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const scenarios = Object.entries(cases).map(([name, each]) => [name, scenario(runtime, each)] as const);
    outcomes = await playScenarios(
      { runtime, upstreamCaPem: certificates.root.cert, handshakeTimeoutMs: 2000 },
      Object.fromEntries(scenarios),
    );
  }, 120_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(cases))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});

test('twenty causes and more are provoked, and no cause of the table is left out without a reason', () => {
  const provoked = new Set(
    Object.values(cases).flatMap(({ code }) => (typeof code === 'string' ? code : Object.values(code))),
  );
  provoked.delete('works');
  expect(provoked.size).toBeGreaterThanOrEqual(20);
  const leftOut = Object.keys(tlsFailures).filter((code) => !provoked.has(code as TlsFailureCode));
  expect(leftOut.sort()).toEqual([
    // Whatever nobody has thought of.
    'client-tls-failed',
    // The runtime itself has failed.
    'mint-failed',
    'upstream-certificate-invalid',
    // Anonymous ciphers are offered to nobody.
    'upstream-certificate-missing',
    // Nobody asks the issuers' lists.
    'upstream-certificate-revoked',
    'upstream-key-too-small',
    // tls-client-certificates.test.ts
    'upstream-refuses-certificate',
    'upstream-tls-failed',
  ]);
});
