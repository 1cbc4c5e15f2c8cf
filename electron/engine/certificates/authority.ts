import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { codeOf, reasonOf } from './file-errors.ts';

const dayMs = 86_400_000;
/** A CA that ends sooner than this is worth a notice: people must install the next one on their devices. */
const endsSoonMs = 60 * dayMs;

/** The CA of this installation. Holds the private key: never log it or hand it to a window. */
export interface Authority {
  readonly certificatePem: string;
  /** The file to install on devices and to name in SSL_CERT_FILE and the like. */
  readonly certificatePath: string;
  /** PKCS#8. */
  readonly keyPem: string;
  readonly keyPath: string;
  /** SHA-256 of the certificate: 32 pairs of upper-case hex digits with colons between, as browsers show it. */
  readonly fingerprintSha256: string;
  readonly notAfter: Date;
  /** True when it was made just now: no device trusts it yet. */
  readonly isNew: boolean;
  /** Plain lines for the log or the person, e.g. that the key's permissions had to be tightened. */
  readonly notices: readonly string[];
}

/** Where the two files of a CA are. */
export interface AuthorityPaths {
  readonly directory: string;
  readonly certificate: string;
  readonly key: string;
}

/** Both parts of a CA as PEM, the key PKCS#8 and unencrypted. */
export interface AuthorityPair {
  readonly certificatePem: string;
  readonly keyPem: string;
}

interface Files extends AuthorityPair {
  readonly notices: readonly string[];
}

/**
 * Loads the CA from `<dataDir>/certificates/`, or makes it there: `plumbline-ca.pem` and `plumbline-ca-key.pem`, both
 * 0600, the folder 0700. Both files appear at once (a finished folder is renamed into place), so several processes may
 * start together: one makes the CA, the others load it. Nothing else may be kept in that folder.
 *
 * Errors, each message saying what to do: `ca-unreadable` (files, folder), `ca-unwritable`, `ca-incomplete` (one of
 * the two is missing), `ca-invalid` (no certificate, not a CA, no key, key of a kind that cannot be used),
 * `ca-key-mismatch`, `ca-key-exposed` (others can read the key and that cannot be changed), `ca-expired`,
 * `ca-not-yet-valid`.
 */
export async function loadOrCreateAuthority(dataDir: string): Promise<Result<Authority>> {
  const paths = authorityPaths(dataDir);
  const existing = await loadAuthority(paths);
  if (!existing.ok) return existing;
  if (existing.value !== null) return succeed(existing.value);

  const creating = await createFiles(dataDir, paths);
  if (!creating.ok) return creating;
  const created = await readFiles(paths);
  if (!created.ok) return created;
  if (created.value === null) {
    return fail('ca-unwritable', `The CA made in ${paths.directory} disappeared at once. Start again.`);
  }
  return checkFiles(paths, created.value, creating.value === 'created');
}

/** The CA in these files, null when there is none. Errors as of `loadOrCreateAuthority`. */
export async function loadAuthority(paths: AuthorityPaths): Promise<Result<Authority | null>> {
  const files = await readFiles(paths);
  if (!files.ok) return files;
  return files.value === null ? succeed(null) : checkFiles(paths, files.value, false);
}

export function authorityPaths(dataDir: string): AuthorityPaths {
  return pathsIn(join(dataDir, 'certificates'));
}

export function pathsIn(directory: string): AuthorityPaths {
  return {
    directory,
    certificate: join(directory, 'plumbline-ca.pem'),
    key: join(directory, 'plumbline-ca-key.pem'),
  };
}

/** Null when there is no CA yet. */
async function readFiles(paths: AuthorityPaths): Promise<Result<Files | null>> {
  let certificate = await readText('certificate', paths.certificate);
  const tightened = await tighten(paths);
  if (!tightened.ok) return tightened;
  const key = await readText('key', paths.key);
  // Another process may have put the folder in place between the two.
  if (certificate.ok && certificate.value === null && key.ok && key.value !== null) {
    certificate = await readText('certificate', paths.certificate);
  }
  if (!certificate.ok) return certificate;
  if (!key.ok) return key;
  if (certificate.value !== null && key.value !== null) {
    return succeed({ certificatePem: certificate.value, keyPem: key.value, notices: tightened.value });
  }
  if (certificate.value === null && key.value === null) return succeed(null);
  const [missing, present] =
    certificate.value === null ? [paths.certificate, paths.key] : [paths.key, paths.certificate];
  return fail(
    'ca-incomplete',
    `The CA is incomplete: ${missing} is missing while ${present} is there. Put it back, or ${moveAway(paths)}.`,
  );
}

/** Null when there is no such file. */
async function readText(part: 'certificate' | 'key', path: string): Promise<Result<string | null>> {
  try {
    return succeed(await readFile(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return succeed(null);
    return fail(
      'ca-unreadable',
      `The CA ${part} at ${path} cannot be read (${reasonOf(error)}). Make it readable for you, or move the folder away to have a new CA made.`,
    );
  }
}

/** Takes the rights of others away from the folder and the key. Gives a notice for each change. */
async function tighten(paths: AuthorityPaths): Promise<Result<readonly string[]>> {
  const notices: string[] = [];
  if (process.platform === 'win32') return succeed(notices);
  for (const [path, mode] of [
    [paths.directory, 0o700],
    [paths.key, 0o600],
  ] as const) {
    try {
      const before = (await stat(path)).mode & 0o777;
      if ((before & 0o077) === 0) continue;
      await chmod(path, mode);
      const isTight = ((await stat(path)).mode & 0o077) === 0;
      notices.push(
        isTight
          ? `${path} was open to other users (mode ${octal(before)}); it is ${octal(mode)} now.`
          : `${path} is open to other users, and its file system keeps no permissions. Use a data folder elsewhere.`,
      );
    } catch (error) {
      // What is missing or cannot be looked at is reported by reading it.
      if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'EROFS') continue;
      return fail(
        'ca-key-exposed',
        `Other users can get at the CA key: ${path} is open to them and that cannot be changed (${reasonOf(error)}). Run chmod ${octal(mode)} on it as its owner, or ${moveAway(paths)}.`,
      );
    }
  }
  return succeed(notices);
}

function checkFiles(paths: AuthorityPaths, files: Files, isNew: boolean): Result<Authority> {
  const certificate = parseCertificate(files.certificatePem);
  if (certificate === null) {
    return fail(
      'ca-invalid',
      `${paths.certificate} holds no certificate in PEM form. Put the right file back, or ${moveAway(paths)}.`,
    );
  }
  const key = parseKey(files.keyPem);
  if (key === null) {
    return fail(
      'ca-invalid',
      `${paths.key} holds no unencrypted EC or RSA private key in PEM form. Put the right file back, or ${moveAway(paths)}.`,
    );
  }
  if (!certificate.ca) {
    return fail(
      'ca-invalid',
      `The certificate in ${paths.certificate} is not a CA: it may not sign others. Put the right file back, or ${moveAway(paths)}.`,
    );
  }
  if (!certificate.checkPrivateKey(key)) {
    return fail(
      'ca-key-mismatch',
      `The key in ${paths.key} does not belong to the certificate in ${paths.certificate}. Put the right one back, or ${moveAway(paths)}.`,
    );
  }
  const notBefore = new Date(certificate.validFrom);
  const notAfter = new Date(certificate.validTo);
  const now = Date.now();
  if (notAfter.getTime() <= now) {
    return fail(
      'ca-expired',
      `The CA in ${paths.certificate} expired on ${day(notAfter)}. To go on, ${moveAway(paths)}, and install that one on your devices.`,
    );
  }
  if (notBefore.getTime() > now) {
    return fail(
      'ca-not-yet-valid',
      `The CA in ${paths.certificate} is valid from ${day(notBefore)} on only. Check this computer's date, or ${moveAway(paths)}.`,
    );
  }
  const endsSoon = notAfter.getTime() - now < endsSoonMs;
  return succeed({
    // Only the certificate itself: the file may hold text or others beside it.
    certificatePem: certificate.toString(),
    certificatePath: paths.certificate,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyPath: paths.key,
    fingerprintSha256: certificate.fingerprint256,
    notAfter,
    isNew,
    notices: endsSoon
      ? [...files.notices, `The CA ends on ${day(notAfter)}: soon ${moveAway(paths)}.`]
      : files.notices,
  });
}

function parseCertificate(pem: string): X509Certificate | null {
  try {
    return pem.includes('-----BEGIN ') ? new X509Certificate(pem) : null;
  } catch {
    return null;
  }
}

function parseKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' || key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

/** `lost`: another process had put its CA in place first. */
async function createFiles(dataDir: string, paths: AuthorityPaths): Promise<Result<'created' | 'lost'>> {
  let temporary: string | null = null;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const { createRootCertificate } = await import('./root-certificate.ts');
    temporary = await mkdtemp(join(dataDir, 'certificates-new-'));
    const made = pathsIn(join(temporary, 'certificates'));
    await writePair(made, await createRootCertificate(hostname(), Date.now()));
    // Windows renames onto nothing only. A folder with something in it stays, here and in `rename`.
    await rmdir(paths.directory).catch(() => undefined);
    await rename(made.directory, paths.directory);
    return succeed('created');
  } catch (error) {
    const now = await readFiles(paths);
    if (now.ok && now.value !== null) return succeed('lost');
    const code = codeOf(error);
    return fail(
      'ca-unwritable',
      code === 'ENOTEMPTY' || code === 'EEXIST'
        ? `No CA can be made in ${paths.directory}: it holds other files. Move them away.`
        : `No CA can be made in ${paths.directory} (${reasonOf(error)}). Make that folder writable for you, or choose another data folder.`,
    );
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Makes the folder and both files in it. Rejects with the error of the file system. */
export async function writePair(paths: AuthorityPaths, pair: AuthorityPair): Promise<void> {
  await mkdir(paths.directory, { mode: 0o700 });
  await writePrivate(paths.key, pair.keyPem);
  await writePrivate(paths.certificate, pair.certificatePem);
}

async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function moveAway(paths: AuthorityPaths): string {
  return `move ${paths.directory} away to have a new CA made`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function octal(mode: number): string {
  return '0' + mode.toString(8);
}
