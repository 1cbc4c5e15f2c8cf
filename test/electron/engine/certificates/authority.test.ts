import { execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadOrCreateAuthority } from '../../../../electron/engine/certificates/authority.ts';
import { createRootCertificate } from '../../../../electron/engine/certificates/root-certificate.ts';
import { hasTool, run, temporaryFolder, valueOf } from './support.ts';

const moduleUrl = new URL('../../../../electron/engine/certificates/authority.ts', import.meta.url).href;
const isPosix = process.platform !== 'win32';

async function errorOf(dataDir: string): Promise<{ code: string; message: string }> {
  const result = await loadOrCreateAuthority(dataDir);
  if (result.ok) throw new Error('expected a failure');
  expect(result.error.message).not.toContain('\n');
  return result.error;
}

describe('a new CA', () => {
  test('is made once and loaded from then on', async () => {
    const dataDir = join(temporaryFolder(), 'not', 'there', 'yet');
    const made = valueOf(await loadOrCreateAuthority(dataDir));
    const loaded = valueOf(await loadOrCreateAuthority(dataDir));
    expect(made.isNew).toBe(true);
    expect(loaded).toEqual({ ...made, isNew: false });
    expect(made.notices).toEqual([]);
    expect(readdirSync(dataDir)).toEqual(['certificates']);
    expect(made.certificatePem).toBe(readFileSync(made.certificatePath, 'utf8'));
    expect(made.keyPem).toBe(readFileSync(made.keyPath, 'utf8'));
    expect(made.fingerprintSha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test.skipIf(!isPosix)('is readable for its owner only, whatever the umask', async () => {
    const dataDir = temporaryFolder();
    execFileSync(process.execPath, [
      '--input-type=module',
      '-e',
      `process.umask(0); const { loadOrCreateAuthority } = await import(${JSON.stringify(moduleUrl)});
       await loadOrCreateAuthority(${JSON.stringify(dataDir)});`,
    ]);
    const { certificatePath, keyPath } = valueOf(await loadOrCreateAuthority(dataDir));
    expect(statSync(join(dataDir, 'certificates')).mode & 0o777).toBe(0o700);
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    expect(statSync(certificatePath).mode & 0o777).toBe(0o600);
  });

  test('has the fields clients insist on', async () => {
    const authority = valueOf(await loadOrCreateAuthority(temporaryFolder()));
    const certificate = new X509Certificate(authority.certificatePem);
    expect(certificate.subject).toMatch(/^CN=Plumbline CA .*[0-9a-f]{6}\nO=Plumbline$/);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.ca).toBe(true);
    expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    expect(Math.abs(Date.now() - 2 * 86_400_000 - from)).toBeLessThan(60_000);
    expect(to - from).toBe(3652 * 86_400_000);
    expect(authority.notAfter.getTime()).toBe(to);
  });

  test.skipIf(!hasTool('openssl'))('passes the strict check of openssl', async () => {
    const { certificatePath } = valueOf(await loadOrCreateAuthority(temporaryFolder()));
    const verified = await run('openssl', [
      'verify',
      '-x509_strict',
      '-CAfile',
      certificatePath,
      certificatePath,
    ]);
    expect(verified).toEqual({ exitCode: 0, output: `${certificatePath}: OK\n` });
    const { output } = await run('openssl', ['x509', '-noout', '-text', '-in', certificatePath]);
    expect(output).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
    expect(output).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(output).toMatch(/Subject Key Identifier:/);
  });

  test('names the computer, but keeps its common name within 64 plain characters', async () => {
    const odd = await createRootCertificate('Zoë’s "Mac", O=x ' + 'y'.repeat(80), Date.now());
    const commonName = /CN=(.*)/.exec(new X509Certificate(odd.certificatePem).subject)?.[1] ?? '';
    expect(commonName).toMatch(/^Plumbline CA ZosMacOxy+ [0-9a-f]{6}$/);
    expect(commonName.length).toBeLessThanOrEqual(64);
    const nameless = await createRootCertificate('日本', Date.now());
    expect(new X509Certificate(nameless.certificatePem).subject).toMatch(/^CN=Plumbline CA [0-9a-f]{6}\n/);
  });
});

describe('several starts at the same time', () => {
  test('in one process give one CA', async () => {
    const dataDir = temporaryFolder();
    const all = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateAuthority(dataDir)));
    const authorities = all.map(valueOf);
    expect(new Set(authorities.map((each) => each.fingerprintSha256)).size).toBe(1);
    expect(authorities.filter((each) => each.isNew)).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual(['certificates']);
  });

  test('in several processes give one CA', async () => {
    const dataDir = temporaryFolder();
    // Each says when its modules are loaded, and goes on when all are.
    const script = `
      const { loadOrCreateAuthority } = await import(${JSON.stringify(moduleUrl)});
      await import(${JSON.stringify(new URL('root-certificate.ts', moduleUrl).href)});
      process.stdout.write('ready\\n');
      await new Promise((resolve) => process.stdin.once('data', resolve));
      process.stdin.pause();
      const result = await loadOrCreateAuthority(${JSON.stringify(dataDir)});
      process.stdout.write(JSON.stringify(result));`;
    const children = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      let output = '';
      const ready = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (output.startsWith('ready\n')) resolve();
        });
      });
      const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
      return { child, ready, answer: closed.then(() => output.slice('ready\n'.length)) };
    });
    await Promise.all(children.map((each) => each.ready));
    for (const { child } of children) child.stdin.end('go');
    const answers = await Promise.all(children.map((each) => each.answer));
    const results = answers.map(
      (answer) => JSON.parse(answer) as Awaited<ReturnType<typeof loadOrCreateAuthority>>,
    );
    expect(new Set(results.map((each) => valueOf(each).fingerprintSha256)).size).toBe(1);
    expect(results.filter((each) => valueOf(each).isNew)).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual(['certificates']);
  }, 30_000);
});

describe('a CA that is there', () => {
  async function existing(): Promise<{ dataDir: string; certificatePath: string; keyPath: string }> {
    const dataDir = temporaryFolder();
    const { certificatePath, keyPath } = valueOf(await loadOrCreateAuthority(dataDir));
    return { dataDir, certificatePath, keyPath };
  }

  test.skipIf(!isPosix)('has its permissions tightened, with a notice each', async () => {
    const { dataDir, keyPath } = await existing();
    chmodSync(keyPath, 0o644);
    chmodSync(join(dataDir, 'certificates'), 0o755);
    const authority = valueOf(await loadOrCreateAuthority(dataDir));
    expect(authority.notices).toEqual([
      `${join(dataDir, 'certificates')} was open to other users (mode 0755); it is 0700 now.`,
      `${keyPath} was open to other users (mode 0644); it is 0600 now.`,
    ]);
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    expect(valueOf(await loadOrCreateAuthority(dataDir)).notices).toEqual([]);
  });

  test.skipIf(!isPosix)('whose key may not be read says so and what to do', async () => {
    const { dataDir, keyPath } = await existing();
    let answer: string;
    if (process.getuid?.() === 0) {
      // Nothing is forbidden to root: read as somebody else, in a folder of theirs with a key of root's.
      const nobody = 65534;
      chownSync(dataDir, nobody, nobody);
      chownSync(join(dataDir, 'certificates'), nobody, nobody);
      chownSync(join(dataDir, 'certificates', 'plumbline-ca.pem'), nobody, nobody);
      const script = `const { loadOrCreateAuthority } = await import(${JSON.stringify(moduleUrl)});
        process.setgid(${nobody}); process.setuid(${nobody});
        process.stdout.write(JSON.stringify(await loadOrCreateAuthority(${JSON.stringify(dataDir)})));`;
      answer = execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString();
    } else {
      chmodSync(keyPath, 0o000);
      answer = JSON.stringify(await loadOrCreateAuthority(dataDir));
    }
    expect(JSON.parse(answer)).toEqual({
      ok: false,
      error: {
        code: 'ca-unreadable',
        message: `The CA key at ${keyPath} cannot be read (permission denied). Make it readable for you, or move the folder away to have a new CA made.`,
      },
    });
  });

  test('that is a folder instead of a file cannot be read', async () => {
    const { dataDir, certificatePath } = await existing();
    rmSync(certificatePath);
    mkdirSync(certificatePath);
    const error = await errorOf(dataDir);
    expect(error.code).toBe('ca-unreadable');
    expect(error.message).toContain(
      `The CA certificate at ${certificatePath} cannot be read (it is a folder).`,
    );
  });

  test('of which one file is missing is incomplete, and nothing is made over it', async () => {
    const { dataDir, certificatePath, keyPath } = await existing();
    const key = readFileSync(keyPath, 'utf8');
    rmSync(certificatePath);
    const error = await errorOf(dataDir);
    expect(error.code).toBe('ca-incomplete');
    expect(error.message).toContain(`${certificatePath} is missing while ${keyPath} is there.`);
    expect(readFileSync(keyPath, 'utf8')).toBe(key);
  });

  test.each(['', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'with %j for a certificate is invalid',
    async (text) => {
      const { dataDir, certificatePath } = await existing();
      writeFileSync(certificatePath, text);
      const error = await errorOf(dataDir);
      expect(error.code).toBe('ca-invalid');
      expect(error.message).toContain(`${certificatePath} holds no certificate in PEM form.`);
    },
  );

  test('with garbage for a key is invalid', async () => {
    const { dataDir, keyPath } = await existing();
    writeFileSync(keyPath, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    const error = await errorOf(dataDir);
    expect(error.code).toBe('ca-invalid');
    expect(error.message).toContain(`${keyPath} holds no unencrypted EC or RSA private key`);
  });

  test('with the key of another CA does not match', async () => {
    const { dataDir, keyPath } = await existing();
    writeFileSync(keyPath, (await createRootCertificate('other', Date.now())).keyPem);
    const error = await errorOf(dataDir);
    expect(error.code).toBe('ca-key-mismatch');
    expect(error.message).toContain('does not belong to the certificate');
  });

  test.each([
    ['expired', -11 * 365, 'ca-expired'],
    ['of the future', 30, 'ca-not-yet-valid'],
  ])('that is %s is refused', async (_, madeInDays, code) => {
    const { dataDir, certificatePath, keyPath } = await existing();
    const root = await createRootCertificate('test', Date.now() + madeInDays * 86_400_000);
    writeFileSync(certificatePath, root.certificatePem);
    writeFileSync(keyPath, root.keyPem);
    expect((await errorOf(dataDir)).code).toBe(code);
  });

  test('that ends soon is loaded with a notice', async () => {
    const { dataDir, certificatePath, keyPath } = await existing();
    const root = await createRootCertificate('test', Date.now() - 3640 * 86_400_000);
    writeFileSync(certificatePath, root.certificatePem);
    writeFileSync(keyPath, root.keyPem);
    expect(valueOf(await loadOrCreateAuthority(dataDir)).notices).toEqual([
      expect.stringMatching(/^The CA ends on \d{4}-\d\d-\d\d: soon move .* away to have a new CA made\.$/),
    ]);
  });

  test.skipIf(!hasTool('openssl'))('that may not sign others is refused', async () => {
    const { dataDir, certificatePath, keyPath } = await existing();
    await run('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=leaf',
      ],
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', keyPath, '-out', certificatePath],
    ]);
    const error = await errorOf(dataDir);
    expect(error.code).toBe('ca-invalid');
    expect(error.message).toContain('is not a CA');
  });
});

describe('a data folder that cannot take a CA', () => {
  test('says which file is in its way', async () => {
    const dataDir = join(temporaryFolder(), 'file');
    writeFileSync(dataDir, '');
    const error = await errorOf(dataDir);
    expect(error.message).toContain('part of its path is not a folder');
  });

  test('says when the certificate folder holds other things, and leaves them alone', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'certificates'));
    writeFileSync(join(dataDir, 'certificates', 'mine.txt'), 'mine');
    const error = await errorOf(dataDir);
    expect(error.code).toBe('ca-unwritable');
    expect(error.message).toContain('it holds other files');
    expect(readdirSync(dataDir)).toEqual(['certificates']);
    expect(readFileSync(join(dataDir, 'certificates', 'mine.txt'), 'utf8')).toBe('mine');
  });

  test('takes it into a certificate folder that is empty', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'certificates'));
    expect(valueOf(await loadOrCreateAuthority(dataDir)).isNew).toBe(true);
  });
});
