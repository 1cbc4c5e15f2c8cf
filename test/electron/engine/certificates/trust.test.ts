import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { loadUpstreamTrust } from '../../../../electron/engine/certificates/trust.ts';
import { createRootCertificate } from '../../../../electron/engine/certificates/root-certificate.ts';
import { temporaryFolder, valueOf } from './support.ts';

async function newRoot(): Promise<string> {
  return (await createRootCertificate('test', Date.now())).certificatePem;
}

function fileWith(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'ca.pem');
  writeFileSync(path, content);
  return path;
}

const fingerprints = (ca: readonly string[]): string[] =>
  ca.map((pem) => new X509Certificate(pem).fingerprint256);

test('bundled and system roots are there, each once, fit for a context', async () => {
  const { ca, sources, notices } = valueOf(await loadUpstreamTrust({ env: {} }));
  const all = fingerprints(ca);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(rootCertificates.length);
  expect(sources[0]).toEqual({ name: 'bundled', added: rootCertificates.length });
  expect(sources.reduce((sum, source) => sum + source.added, 0)).toBe(ca.length);
  expect(notices).toEqual([]);
  expect(() => createSecureContext({ ca })).not.toThrow();
});

test('given files add theirs: several PEM blocks with text between, or DER', async () => {
  const [one, two, three] = [await newRoot(), await newRoot(), await newRoot()];
  const pemPath = fileWith(`Subject: one\r\n${one.replaceAll('\n', '\r\n')}# two\n${two}${one}`);
  const derPath = fileWith(new X509Certificate(three).raw);
  const { ca, sources } = valueOf(await loadUpstreamTrust({ extraCaFiles: [pemPath, derPath], env: {} }));
  expect(sources.slice(-2)).toEqual([
    { name: pemPath, added: 2 },
    { name: derPath, added: 1 },
  ]);
  expect(fingerprints(ca).slice(-3)).toEqual(fingerprints([one, two, three]));
});

test('NODE_EXTRA_CA_CERTS is added; what is wrong with it is a notice', async () => {
  const root = await newRoot();
  const good = valueOf(await loadUpstreamTrust({ env: { NODE_EXTRA_CA_CERTS: fileWith(root) } }));
  expect(fingerprints(good.ca).at(-1)).toBe(new X509Certificate(root).fingerprint256);
  const bad = valueOf(await loadUpstreamTrust({ env: { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' } }));
  expect(bad.notices).toEqual([
    'NODE_EXTRA_CA_CERTS: The CA file /nowhere/ca.pem cannot be read (no such file or folder).',
  ]);
});

test('a given file that is missing, a folder, or without certificates is one clear line', async () => {
  const messageFor = async (path: string): Promise<[string, string]> => {
    const result = await loadUpstreamTrust({ extraCaFiles: [path], env: {} });
    if (result.ok) throw new Error('expected a failure');
    return [result.error.code, result.error.message.replace(path, 'FILE')];
  };
  expect(await messageFor('/nowhere/ca.pem')).toEqual([
    'ca-file-unreadable',
    'The CA file FILE cannot be read (no such file or folder).',
  ]);
  const folder = join(temporaryFolder(), 'folder');
  mkdirSync(folder);
  expect(await messageFor(folder)).toEqual([
    'ca-file-unreadable',
    'The CA file FILE cannot be read (it is a folder).',
  ]);
  expect(await messageFor(fileWith(''))).toEqual([
    'ca-file-invalid',
    'The CA file FILE holds no certificate that can be read (PEM or DER is expected).',
  ]);
  expect(
    await messageFor(fileWith('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')),
  ).toEqual(['ca-file-invalid', 'The CA file FILE holds no certificate.']);
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  expect(await messageFor(fileWith((await newRoot()) + broken))).toEqual([
    'ca-file-invalid',
    'The CA file FILE holds a certificate that cannot be read.',
  ]);
});
