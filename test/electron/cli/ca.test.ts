import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { runCli, type Ended } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';

function certificateIn(dataDir: string): X509Certificate {
  return new X509Certificate(readFileSync(path.join(dataDir, 'certificates', 'plumbline-ca.pem')));
}

async function succeeds(args: readonly string[], dataDir: string): Promise<string> {
  const ended = await runCli(['ca', ...args, '--data-dir', dataDir]);
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return ended.stdout;
}

function expectOneLine(ended: Ended, saying: RegExp): void {
  expect(ended.stderr).toMatch(saying);
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(ended.code).toBe(1);
}

describe('plumbline ca', () => {
  it('shows what the CA is and where its file is', async () => {
    const dataDir = scratchFolder();
    const shown = await succeeds(['show'], dataDir);
    expect(shown).toContain(certificateIn(dataDir).fingerprint256);
    expect(shown).toMatch(/^Key {10}EC, made here$/m);
    expect(shown).toContain(path.join(dataDir, 'certificates', 'plumbline-ca.pem'));
  });

  it('exports the certificate to standard output, and the key to a new file of the owner only', async () => {
    const dataDir = scratchFolder();
    const pem = await succeeds(['export'], dataDir);
    expect(new X509Certificate(pem).fingerprint256).toBe(certificateIn(dataDir).fingerprint256);
    const [file, password] = [path.join(dataDir, 'ca.p12'), path.join(dataDir, 'password')];
    const args = ['export', '--format', 'pkcs12', '--out', file];
    expectOneLine(await runCli(['ca', ...args, '--data-dir', dataDir]), /--password-file/);
    writeFileSync(password, 'secret\nand more');
    await succeeds([...args, '--password-file', password], dataDir);
    expect(() => createSecureContext({ pfx: readFileSync(file), passphrase: 'secret' })).not.toThrow();
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expectOneLine(
      await runCli(['ca', ...args, '--password-file', password, '--data-dir', dataDir]),
      /is there already\. Choose another name\.$/m,
    );
  });

  it('rotates, resets and goes back, and says each time what must be trusted anew', async () => {
    const dataDir = scratchFolder();
    await succeeds(['show'], dataDir);
    const first = certificateIn(dataDir).fingerprint256;
    const rotated = await succeeds(['rotate', '--rsa'], dataDir);
    expect(rotated).toMatch(/^Key {10}RSA, made here$/m);
    expect(rotated).toContain(`What trusted the CA before (SHA-256 ${first}) must trust this one now.`);
    await succeeds(['reset'], dataDir);
    expect(certificateIn(dataDir).publicKey.asymmetricKeyType).toBe('ec');
    await succeeds(['restore', '1'], dataDir);
    expect(certificateIn(dataDir).fingerprint256).toBe(first);
    expectOneLine(await runCli(['ca', 'restore', '99', '--data-dir', dataDir]), /no CA number 99/);
  });

  it('imports the CA of another installation, and refuses a key that does not belong to it', async () => {
    const [dataDir, other] = [scratchFolder(), scratchFolder()];
    await succeeds(['show'], other);
    const certificate = path.join(other, 'certificates', 'plumbline-ca.pem');
    const key = path.join(other, 'certificates', 'plumbline-ca-key.pem');
    await succeeds(['import', certificate, key], dataDir);
    expect(certificateIn(dataDir).fingerprint256).toBe(certificateIn(other).fingerprint256);
    await succeeds(['rotate'], other);
    const strange = path.join(dataDir, 'certificates', 'plumbline-ca.pem');
    expectOneLine(await runCli(['ca', 'import', strange, key, '--data-dir', dataDir]), /does not belong/);
    expectOneLine(
      await runCli(['ca', 'import', 'none.pem', key, '--data-dir', dataDir]),
      /none\.pem cannot be read/,
    );
  });
});
