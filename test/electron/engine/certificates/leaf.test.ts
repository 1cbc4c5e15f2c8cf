import 'reflect-metadata';
import { X509Certificate as ParsedCertificate } from '@peculiar/x509';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Authority } from '../../../../electron/engine/certificates/authority.ts';
import { createLeafKey, issuerOf, signLeaf } from '../../../../electron/engine/certificates/leaf.ts';
import { authorityMadeAt, hasTool, names, newAuthority, run, temporaryFolder } from './support.ts';

const dayMs = 86_400_000;

async function leafFor(authority: Authority, ...list: readonly string[]): Promise<string> {
  const leaf = await signLeaf(issuerOf(authority), await createLeafKey(), names(...list), Date.now());
  return leaf.pem;
}

test('a leaf is signed by the CA for the names asked for', async () => {
  const authority = await newAuthority();
  const ca = new X509Certificate(authority.certificatePem);
  const pem = await leafFor(authority, 'bücher.example', '*.example.com', '192.0.2.1', '[2001:db8::1]');
  const leaf = new X509Certificate(pem);
  expect(leaf.checkIssued(ca)).toBe(true);
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect(leaf.subject).toBe('CN=xn--bcher-kva.example');
  expect(leaf.issuer).toBe(ca.subject);
  expect(leaf.subjectAltName).toBe(
    'DNS:xn--bcher-kva.example, DNS:*.example.com, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1',
  );
  expect(leaf.ca).toBe(false);
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(leaf.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  expect(to - from).toBe(45 * dayMs);
  expect(Math.abs(Date.now() - 2 * dayMs - from)).toBeLessThan(60_000);
});

test('a leaf is strict DER: an independent library reads it and writes the same fields', async () => {
  const authority = await newAuthority();
  const parsed = new ParsedCertificate(await leafFor(authority, 'a.example'));
  const ca = new ParsedCertificate(authority.certificatePem);
  expect(parsed.extensions.map(({ type, critical }) => [type, critical])).toEqual([
    ['2.5.29.19', true],
    ['2.5.29.15', true],
    ['2.5.29.37', false],
    ['2.5.29.14', false],
    ['2.5.29.35', false],
    ['2.5.29.17', false],
  ]);
  const keyIdOf = (certificate: ParsedCertificate, type: string): string =>
    Buffer.from(certificate.getExtension(type)?.value ?? new ArrayBuffer(0))
      .toString('hex')
      .slice(-40);
  expect(keyIdOf(parsed, '2.5.29.35')).toBe(keyIdOf(ca, '2.5.29.14'));
  expect(Buffer.from(await parsed.publicKey.getKeyIdentifier()).toString('hex')).toBe(
    keyIdOf(parsed, '2.5.29.14'),
  );
  expect(await parsed.verify({ publicKey: ca.publicKey })).toBe(true);
});

test('a common name is cut to 64 characters, the alternative name is whole', async () => {
  const long = ('x'.repeat(40) + '.').repeat(3) + 'example';
  const leaf = new X509Certificate(await leafFor(await newAuthority(), long));
  expect(leaf.subject).toBe(`CN=${long.slice(0, 64)}`);
  expect(leaf.subjectAltName).toBe(`DNS:${long}`);
});

test('a leaf does not outlive its CA', async () => {
  const authority = await authorityMadeAt(Date.now() - 3640 * dayMs);
  const leaf = await signLeaf(issuerOf(authority), await createLeafKey(), names('a.example'), Date.now());
  expect(leaf.notAfterMs).toBe(authority.notAfter.getTime());
  expect(Date.parse(new X509Certificate(leaf.pem).validTo)).toBe(leaf.notAfterMs);
});

describe.skipIf(!hasTool('openssl'))('openssl verify -x509_strict', () => {
  test.each([
    ['example.com', '-verify_hostname', 'example.com'],
    ['*.example.com', '-verify_hostname', 'www.example.com'],
    ['bücher.example', '-verify_hostname', 'xn--bcher-kva.example'],
    ['192.0.2.1', '-verify_ip', '192.0.2.1'],
    ['[::1]', '-verify_ip', '::1'],
    [
      ('x'.repeat(60) + '.').repeat(3) + 'example',
      '-verify_hostname',
      ('x'.repeat(60) + '.').repeat(3) + 'example',
    ],
  ])('accepts a leaf for %s', async (name, option, host) => {
    const authority = await newAuthority();
    const path = join(temporaryFolder(), 'leaf.pem');
    writeFileSync(path, await leafFor(authority, name));
    const args = [
      '-x509_strict',
      '-purpose',
      'sslserver',
      option,
      host,
      '-CAfile',
      authority.certificatePath,
    ];
    expect(await run('openssl', ['verify', ...args, path])).toEqual({ exitCode: 0, output: `${path}: OK\n` });
  });

  test('accepts a leaf of an RSA CA without key identifier that somebody put in our place', async () => {
    const folder = temporaryFolder();
    const [keyPath, certificatePath] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeFileSync(keyPath, keyPem);
    const made = await run('openssl', [
      ...[
        'req',
        '-x509',
        '-key',
        keyPath,
        '-subj',
        '/C=DE/O=Old/CN=Old CA',
        '-days',
        '100',
        '-out',
        certificatePath,
      ],
      ...['-addext', 'keyUsage=critical,keyCertSign', '-addext', 'subjectKeyIdentifier=none'],
      ...['-addext', 'authorityKeyIdentifier=none'],
    ]);
    expect(made.exitCode).toBe(0);
    const certificatePem = readFileSync(certificatePath, 'utf8');
    const notAfter = new Date(new X509Certificate(certificatePem).validTo);
    const authority = { ...(await newAuthority()), certificatePem, keyPem, notAfter };
    const path = join(folder, 'leaf.pem');
    writeFileSync(path, await leafFor(authority, 'a.example'));
    const verified = await run('openssl', ['verify', '-CAfile', certificatePath, path]);
    expect(verified).toEqual({ exitCode: 0, output: `${path}: OK\n` });
  });
});
