import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenssl, type Certificate, type Openssl } from '../../support/openssl.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';
import { startScript } from '../../support/runtime-script.ts';
import type { TlsReading } from '../../support/tls-decrypt.ts';
import { recordTls, type TlsRecording, type TlsScenario } from '../../support/tls-recordings.ts';

const script = fileURLToPath(new URL('../../support/tls-decrypt.ts', import.meta.url));

/** Security level 0 lets in the suites with short tags and keys. */
const weak = ':@SECLEVEL=0';
const tls12 = (cipher: string, more: Partial<TlsScenario> = {}): TlsScenario => ({
  name: `TLS 1.2 ${cipher}`,
  ...more,
  client: ['-tls1_2', '-cipher', `${cipher}${weak}`, ...(more.client ?? [])],
  server: ['-cipher', `ALL${weak}`, ...(more.server ?? [])],
});
const tls13 = (suite: string): TlsScenario => ({
  name: `TLS 1.3 ${suite}`,
  client: ['-ciphersuites', suite, '-cipher', `ALL${weak}`],
  server: ['-ciphersuites', suite, '-cipher', `ALL${weak}`],
});

/** With a fact that shows that the recording holds what it is for. */
function scenarios(rsa: Certificate, ec: Certificate): readonly (readonly [TlsScenario, fact: string])[] {
  const retry = { server: ['-groups', 'P-256'], client: ['-groups', 'X25519:P-256'] };
  return [
    [tls12('ECDHE-RSA-AES128-GCM-SHA256'), '303 c02f'],
    [tls12('ECDHE-RSA-AES256-GCM-SHA384'), '303 c030'],
    [tls12('ECDHE-RSA-CHACHA20-POLY1305'), '303 cca8'],
    [tls12('AES128-GCM-SHA256'), '303 9c'],
    [tls12('DHE-RSA-AES128-CCM'), '303 c09e'],
    [tls12('DHE-RSA-AES256-CCM8'), '303 c0a3'],
    [tls12('AES256-CCM'), '303 c09d'],
    [tls12('ECDHE-ECDSA-AES128-CCM8', { certificate: ec }), '303 c0ae'],
    [tls12('ECDHE-ECDSA-AES256-CCM', { certificate: ec }), '303 c0ad'],
    [tls12('ECDHE-RSA-AES128-SHA256'), '303 c027'],
    [tls12('ECDHE-RSA-AES256-SHA384'), '303 c028'],
    [tls12('AES256-SHA', { name: 'TLS 1.2 MAC inside', client: ['-no_etm'] }), '303 35'],
    [tls12('ECDHE-RSA-AES256-SHA384', { name: 'TLS 1.2 SHA384 inside', client: ['-no_etm'] }), '303 c028'],
    [tls13('TLS_AES_128_GCM_SHA256'), '304 1301'],
    [tls13('TLS_AES_256_GCM_SHA384'), '304 1302'],
    [tls13('TLS_CHACHA20_POLY1305_SHA256'), '304 1303'],
    [tls13('TLS_AES_128_CCM_SHA256'), '304 1304'],
    [tls13('TLS_AES_128_CCM_8_SHA256'), '304 1305'],
    [{ name: 'TLS 1.2 resumed by a ticket', client: ['-tls1_2'], resumes: true }, '303 c030 resumed'],
    [
      {
        name: 'TLS 1.2 resumed by its id',
        client: ['-tls1_2', '-no_ticket'],
        server: ['-no_ticket'],
        resumes: true,
      },
      '303 c030 resumed',
    ],
    [{ name: 'TLS 1.3 resumed', resumes: true }, '304 1302 resumed'],
    [{ name: 'TLS 1.3 with another hello', ...retry }, 'retry 23'],
    [{ name: 'TLS 1.3 key update', lines: ['hello', 'K', 'again', 'K', 'goodbye'] }, 'server key update'],
    [
      {
        name: 'TLS 1.2 renegotiated',
        client: ['-tls1_2'],
        server: ['-client_renegotiation'],
        lines: ['hello', 'R', 'again', 'goodbye'],
      },
      'renegotiation',
    ],
    [
      {
        name: 'TLS 1.3 with a certificate of the client',
        server: ['-Verify', '1', '-CAfile', rsa.certFile],
        client: ['-cert', ec.certFile, '-key', ec.keyFile],
      },
      'client certificates 1',
    ],
    [
      {
        name: 'TLS 1.2 with a certificate of the client',
        server: ['-Verify', '1', '-CAfile', rsa.certFile],
        client: ['-tls1_2', '-cert', ec.certFile, '-key', ec.keyFile],
      },
      'client certificates 1',
    ],
    [{ name: 'TLS 1.3 early data', early: 'said before the server had answered\n' }, 'early data accepted'],
    [{ name: 'TLS 1.3 early data refused', early: 'said in vain\n', ...retry }, 'early data refused'],
    [
      { name: 'TLS 1.3 protocol', client: ['-alpn', 'h2,http/1.1'], server: ['-alpn', 'http/1.1'] },
      'alpn http/1.1',
    ],
    [{ name: 'TLS 1.2 protocol', client: ['-tls1_2', '-alpn', 'h2'], server: ['-alpn', 'h2'] }, 'alpn h2'],
    [
      { name: 'TLS 1.3 padded', client: ['-record_padding', '512'], server: ['-record_padding', '300'] },
      '304 1302',
    ],
  ];
}

describe('captured TLS', () => {
  let openssl: Openssl;
  const recordings: TlsRecording[] = [];
  const facts = new Map<string, string>();

  beforeAll(async () => {
    openssl = createOpenssl();
    const rsaKey = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
    const rsa = openssl.issue({ name: 'tls.example', key: rsaKey, issuer: null });
    const ec = openssl.issue({ name: 'ec.example', issuer: null });
    for (const [scenario, fact] of scenarios(rsa, ec)) {
      recordings.push(await recordTls(openssl, rsa, scenario));
      facts.set(scenario.name, fact);
    }
    writeFileSync(path.join(openssl.folder, 'recordings.json'), JSON.stringify(recordings));
  }, 120_000);
  afterAll(() => openssl.dispose());

  it.each(runtimes.filter(hasRuntime))('is decrypted in %s to what both ends said', async (runtime) => {
    const played = await startScript(runtime, script, {
      PLUMBLINE_TEST_RECORDINGS: path.join(openssl.folder, 'recordings.json'),
    });
    const { stdout } = await played.ended();
    const said = JSON.parse(stdout) as { node: string; readings: TlsReading[] };
    expect(said.node.split('.')[0]).toBe(runtime === 'node' ? process.versions.node.split('.')[0] : '20');
    expect(said.readings).toHaveLength(recordings.length);
    for (const [index, { name, sent }] of recordings.entries()) {
      const reading = said.readings[index]!;
      const text = (bytes: string): string => Buffer.from(bytes, 'base64').toString();
      expect([name, text(reading.plain.client), text(reading.plain.server)]).toEqual([
        name,
        sent.client,
        sent.server,
      ]);
      expect([name, reading.facts]).toEqual([
        name,
        expect.arrayContaining([facts.get(name), 'handshake ended']),
      ]);
      expect([name, reading.facts.filter((fact) => /missing|locked/.test(fact))]).toEqual([name, []]);
    }
  });
});
