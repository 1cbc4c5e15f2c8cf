import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  authorityState,
  createAuthorityKeeper,
  exportAuthority,
  type AuthorityKeeper,
} from '../../../../electron/engine/certificates/authority-keeper.ts';
import { loadOrCreateAuthority, type Authority } from '../../../../electron/engine/certificates/authority.ts';
import { createMinter } from '../../../../electron/engine/certificates/minter.ts';
import { createRootCertificate } from '../../../../electron/engine/certificates/root-certificate.ts';
import {
  authorityMadeAt,
  hasTool,
  look,
  names,
  newAuthority,
  run,
  serveTls,
  temporaryFolder,
  valueOf,
} from './support.ts';

const dayMs = 86_400_000;
const isPosix = process.platform !== 'win32';

async function keeperIn(dataDir: string): Promise<AuthorityKeeper> {
  const keeper = createAuthorityKeeper(dataDir, valueOf(await loadOrCreateAuthority(dataDir)));
  onTestFinished(keeper.close);
  return keeper;
}

function encrypted(keyPem: string, passphrase: string): string {
  return createPrivateKey(keyPem)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();
}

describe('a new CA', () => {
  test('takes the place of the old one, which is kept with its key under a number', async () => {
    const dataDir = temporaryFolder();
    const keeper = await keeperIn(dataDir);
    const before = keeper.current();
    const after = valueOf(await keeper.rotate('ec'));
    expect(after.fingerprintSha256).not.toBe(before.fingerprintSha256);
    expect(after.certificatePath).toBe(before.certificatePath);
    expect(valueOf(await loadOrCreateAuthority(dataDir)).fingerprintSha256).toBe(after.fingerprintSha256);
    const kept = join(dataDir, 'certificates-before', '1');
    expect(readFileSync(join(kept, 'plumbline-ca-key.pem'), 'utf8')).toBe(before.keyPem);
    if (isPosix) {
      expect(statSync(join(kept, 'plumbline-ca-key.pem')).mode & 0o777).toBe(0o600);
      expect(statSync(kept).mode & 0o777).toBe(0o700);
      expect(statSync(after.keyPath).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(dataDir).sort()).toEqual(['certificates', 'certificates-before']);
  });

  test('never overwrites a backup', async () => {
    const dataDir = temporaryFolder();
    const keeper = await keeperIn(dataDir);
    const seen = [keeper.current().fingerprintSha256];
    for (let round = 0; round < 3; round++) seen.push(valueOf(await keeper.rotate('ec')).fingerprintSha256);
    const { backups } = await authorityState(dataDir, keeper.current());
    expect(backups.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(backups.map(({ fingerprintSha256 }) => fingerprintSha256)).toEqual(seen.slice(0, 3).reverse());
  });

  test('leaves the present one in place when the data folder takes nothing', async () => {
    const dataDir = temporaryFolder();
    const keeper = await keeperIn(dataDir);
    writeFileSync(join(dataDir, 'certificates-before'), 'in the way');
    const refused = await keeper.rotate('ec');
    expect(refused.ok ? '' : refused.error.code).toBe('ca-unwritable');
    expect(valueOf(await loadOrCreateAuthority(dataDir)).fingerprintSha256).toBe(
      keeper.current().fingerprintSha256,
    );
  });

  test('can be undone: the old one is in use again and no longer among the backups', async () => {
    const dataDir = temporaryFolder();
    const keeper = await keeperIn(dataDir);
    const first = keeper.current();
    const second = valueOf(await keeper.rotate('ec'));
    const restored = valueOf(await keeper.restore(1));
    expect([restored.certificatePem, restored.keyPem]).toEqual([first.certificatePem, first.keyPem]);
    const { backups } = await authorityState(dataDir, restored);
    expect(backups.map(({ fingerprintSha256 }) => fingerprintSha256)).toEqual([second.fingerprintSha256]);
    const missing = await keeper.restore(77);
    expect(missing.ok ? '' : missing.error.message).toBe('There is no CA number 77 among the earlier ones.');
  });

  test('is noticed by another program of the same installation', async () => {
    const dataDir = temporaryFolder();
    const [one, other] = [await keeperIn(dataDir), await keeperIn(dataDir)];
    const told: Authority[] = [];
    other.onChanged((authority) => told.push(authority));
    const next = valueOf(await one.rotate('ec'));
    await vi.waitFor(() => expect(told).toHaveLength(1), 5000);
    expect(other.current().fingerprintSha256).toBe(next.fingerprintSha256);
  });

  test('of kind RSA signs leaves with an RSA key that clients accept', async () => {
    const keeper = await keeperIn(temporaryFolder());
    const minter = createMinter(keeper.current());
    const rsa = valueOf(await keeper.rotate('rsa'));
    minter.useAuthority(rsa);
    expect(new X509Certificate(rsa.certificatePem).publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    const port = await serveTls(await minter.contextFor(names('a.example')));
    const { certificate, authorizationError } = await look(port, [rsa.certificatePem], 'a.example');
    expect(authorizationError).toBeNull();
    expect(new X509Certificate(certificate.raw).publicKey.asymmetricKeyType).toBe('rsa');
    expect((await authorityState(temporaryFolder(), rsa)).keyKind).toBe('rsa');
  });
});

test('a minter given another CA signs with it at once, also for hosts it knew', async () => {
  const [before, after] = [await newAuthority(), await newAuthority()];
  const minter = createMinter(before);
  const old = await serveTls(await minter.contextFor(names('a.example')));
  minter.useAuthority(after);
  const fresh = await serveTls(await minter.contextFor(names('a.example')));
  expect((await look(fresh, [after.certificatePem], 'a.example')).authorizationError).toBeNull();
  expect((await look(fresh, [before.certificatePem], 'a.example')).authorizationError).not.toBeNull();
  // What holds the old certificate keeps it.
  expect((await look(old, [before.certificatePem], 'a.example')).authorizationError).toBeNull();
});

describe('a CA of one’s own', () => {
  test('is taken with its key, encrypted or not, also when other certificates are beside it', async () => {
    const dataDir = temporaryFolder();
    const keeper = await keeperIn(dataDir);
    const [own, stranger] = [await newAuthority(), await newAuthority()];
    const taken = valueOf(
      await keeper.importOwn({
        certificatePem: `subject=own\n${stranger.certificatePem}\n${own.certificatePem}`,
        keyPem: encrypted(own.keyPem, 'geheim ü'),
        password: 'geheim ü',
      }),
    );
    expect(taken.fingerprintSha256).toBe(own.fingerprintSha256);
    expect(valueOf(await loadOrCreateAuthority(dataDir)).keyPem).toBe(own.keyPem);
    expect(existsSync(join(dataDir, 'certificates-before', '1'))).toBe(true);
  });

  test('is refused in one line that says why', async () => {
    const keeper = await keeperIn(temporaryFolder());
    const [own, other] = [await newAuthority(), await newAuthority()];
    const leaf = await leafOf(own);
    const noSigning = await certificateThatMayNotSign();
    const expired = await authorityMadeAt(Date.now() - 3660 * dayMs);
    const future = await authorityMadeAt(Date.now() + 30 * dayMs);
    const cases: [string, string, string | null, string, RegExp][] = [
      ['', own.keyPem, null, 'ca-invalid', /no certificate in PEM form.*openssl pkcs12/],
      [own.certificatePem, '', null, 'ca-invalid', /no private key in PEM form/],
      [own.certificatePem, other.keyPem, null, 'ca-key-mismatch', /does not belong/],
      [leaf.certificatePem, leaf.keyPem, null, 'ca-invalid', /not a CA/],
      [noSigning.certificatePem, noSigning.keyPem, null, 'ca-invalid', /key usage/],
      [expired.certificatePem, expired.keyPem, null, 'ca-expired', /expired on/],
      [future.certificatePem, future.keyPem, null, 'ca-not-yet-valid', /valid from/],
      [own.certificatePem, encrypted(own.keyPem, 'right'), null, 'ca-password', /Give its password/],
      [own.certificatePem, encrypted(own.keyPem, 'right'), 'wrong', 'ca-password', /password is wrong/],
      [
        own.certificatePem.replace(/^[A-Za-z0-9+/]{64}$/gm, 'A'.repeat(64)),
        own.keyPem,
        null,
        'ca-invalid',
        /damaged/,
      ],
    ];
    const before = keeper.current();
    for (const [certificatePem, keyPem, password, code, words] of cases) {
      const refused = await keeper.importOwn({ certificatePem, keyPem, password });
      expect(refused.ok ? 'taken' : refused.error.code, String(words)).toBe(code);
      expect(refused.ok ? '' : refused.error.message).toMatch(words);
      expect(refused.ok ? '' : refused.error.message).not.toContain('\n');
    }
    expect(keeper.current()).toBe(before);
  });

  test('is told from one made here', async () => {
    const dataDir = temporaryFolder();
    const keeper = await keeperIn(dataDir);
    expect((await authorityState(dataDir, keeper.current())).madeHere).toBe(true);
    const own = await certificateThatMayNotSign('keyCertSign');
    const taken = valueOf(await keeper.importOwn({ ...own, password: null }));
    const state = await authorityState(dataDir, taken);
    expect(state.madeHere).toBe(false);
    expect(state.subject).toBe('CN=Company CA');
  });
});

describe('exporting', () => {
  test('gives the certificate as PEM and as DER', async () => {
    const authority = await newAuthority();
    const pem = valueOf(exportAuthority(authority, 'pem', null));
    const der = valueOf(exportAuthority(authority, 'der', null));
    expect(Buffer.from(pem.bytes).toString()).toBe(authority.certificatePem);
    expect(new X509Certificate(der.bytes).fingerprint256).toBe(authority.fingerprintSha256);
  });

  test('gives the key as PEM, encrypted when there is a password', async () => {
    const authority = await newAuthority();
    const plain = Buffer.from(valueOf(exportAuthority(authority, 'key-pem', null)).bytes).toString();
    expect(plain).toBe(authority.keyPem);
    const locked = Buffer.from(valueOf(exportAuthority(authority, 'key-pem', 'pw')).bytes).toString();
    expect(locked).toContain('ENCRYPTED');
    expect(
      createPrivateKey({ key: locked, passphrase: 'pw' }).equals(createPrivateKey(authority.keyPem)),
    ).toBe(true);
  });

  test('gives a PKCS#12 file that the runtime opens with its password only', async () => {
    for (const password of [
      'pw',
      'ein längeres Kennwort mit Leerzeichen und mehr als vierundsechzig Zeichen …',
    ]) {
      const authority = await newAuthority();
      const { bytes } = valueOf(exportAuthority(authority, 'pkcs12', password));
      const pfx = Buffer.from(bytes);
      expect(() => createSecureContext({ pfx, passphrase: password })).not.toThrow();
      expect(() => createSecureContext({ pfx, passphrase: 'other' })).toThrow();
    }
    const refused = exportAuthority(await newAuthority(), 'pkcs12', '');
    expect(refused.ok ? '' : refused.error.code).toBe('password-needed');
  });

  test.skipIf(!hasTool('openssl'))('gives a PKCS#12 file that openssl reads whole', async () => {
    const authority = await newAuthority();
    const file = join(temporaryFolder(), 'ca.p12');
    writeFileSync(file, valueOf(exportAuthority(authority, 'pkcs12', 'pw')).bytes);
    const { exitCode, output } = await run('openssl', [
      'pkcs12',
      '-in',
      file,
      '-passin',
      'pass:pw',
      '-nodes',
    ]);
    expect(exitCode, output).toBe(0);
    expect(output).toContain('friendlyName: Plumbline CA');
    expect(
      new X509Certificate(/-----BEGIN CERT[^]*?END CERTIFICATE-----/.exec(output)?.[0] ?? '').fingerprint256,
    ).toBe(authority.fingerprintSha256);
    const key = /-----BEGIN PRIVATE[^]*?END PRIVATE KEY-----/.exec(output)?.[0] ?? '';
    expect(createPrivateKey(key).equals(createPrivateKey(authority.keyPem))).toBe(true);
  });
});

async function leafOf(authority: Authority): Promise<{ certificatePem: string; keyPem: string }> {
  const { createLeafKey, issuerOf, signLeaf } =
    await import('../../../../electron/engine/certificates/leaf.ts');
  const key = await createLeafKey();
  const leaf = await signLeaf(issuerOf(authority), key, names('a.example'), Date.now());
  return { certificatePem: leaf.pem, keyPem: key.pem };
}

/** A CA as somebody else makes it. */
async function certificateThatMayNotSign(usage: 'keyCertSign' | 'cRLSign' = 'cRLSign') {
  await createRootCertificate('loads the library', Date.now());
  const { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } =
    await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Company CA',
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 100 * dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true), new KeyUsagesExtension(KeyUsageFlags[usage], true)],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END PRIVATE KEY-----\n`;
  return { certificatePem: certificate.toString('pem'), keyPem };
}
