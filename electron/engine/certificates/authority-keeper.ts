import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import type {
  AuthorityDescription,
  AuthorityFormat,
  AuthorityKeyKind,
  AuthorityState,
} from '../../../core/contract/authority.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { watchFileOf } from '../watch-file.ts';
import { listBackups, readBackup, removeBackup, replaceAuthority } from './authority-backups.ts';
import { authorityPaths, loadAuthority, type Authority, type AuthorityPair } from './authority.ts';
import { checkOwnAuthority } from './own-authority.ts';
import { writePkcs12 } from './pkcs12.ts';

export interface OwnAuthority {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly password: string | null;
}

export interface ExportedAuthority {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The CA in use and what may be done with it. One change at a time. */
export interface AuthorityKeeper {
  readonly current: () => Authority;
  /** Failure: `ca-unwritable`. */
  readonly rotate: (keyKind: AuthorityKeyKind) => Promise<Result<Authority>>;
  /** Failures: those of `checkOwnAuthority`, `ca-unwritable`. */
  readonly importOwn: (own: OwnAuthority) => Promise<Result<Authority>>;
  /** The backup with this number is in use again. Failures: `ca-no-backup`, those of loading, `ca-unwritable`. */
  readonly restore: (number: number) => Promise<Result<Authority>>;
  /** Called with a CA that took the place of another one, also when another program of this installation did it. */
  readonly onChanged: (listener: (authority: Authority) => void) => void;
  readonly close: () => void;
}

export function createAuthorityKeeper(dataDir: string, first: Authority): AuthorityKeeper {
  const listeners = new Set<(authority: Authority) => void>();
  let authority = first;
  let work: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const done = work.then(task);
    work = done.catch(() => undefined);
    return done;
  };

  /** Null: there is none at this moment, since another program is replacing it. */
  const reload = async (): Promise<Result<Authority | null>> => {
    const loaded = await loadAuthority(authorityPaths(dataDir));
    if (!loaded.ok || loaded.value === null) return loaded;
    if (loaded.value.fingerprintSha256 === authority.fingerprintSha256) return loaded;
    authority = loaded.value;
    for (const listener of listeners) listener(authority);
    return loaded;
  };
  const replace = async (pair: AuthorityPair): Promise<Result<Authority>> => {
    const replaced = await replaceAuthority(dataDir, pair);
    if (!replaced.ok) return replaced;
    const loaded = await reload();
    if (!loaded.ok) return loaded;
    return loaded.value === null
      ? fail('ca-unwritable', 'Another program replaced the CA at the same time. Try again.')
      : succeed(loaded.value);
  };

  const stopWatching = watchFileOf(dataDir, 'certificates', () => void inTurn(reload));
  return {
    current: () => authority,
    rotate: (keyKind) =>
      inTurn(async () => {
        const { createRootCertificate } = await import('./root-certificate.ts');
        return replace(await createRootCertificate(hostname(), Date.now(), keyKind));
      }),
    importOwn: ({ certificatePem, keyPem, password }) =>
      inTurn(async () => {
        const own = checkOwnAuthority(certificatePem, keyPem, password, Date.now());
        return own.ok ? replace(own.value) : own;
      }),
    restore: (number) =>
      inTurn(async () => {
        const backup = await readBackup(dataDir, number);
        if (!backup.ok) return backup;
        const restored = await replace(backup.value);
        if (restored.ok) await removeBackup(dataDir, number);
        return restored;
      }),
    onChanged: (listener) => void listeners.add(listener),
    close: stopWatching,
  };
}

export function describeAuthority(certificatePem: string): AuthorityDescription {
  const certificate = new X509Certificate(certificatePem);
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    fingerprintSha256: certificate.fingerprint256,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    keyKind: certificate.publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec',
  };
}

/** The CA in use with its backups, for a window or the command line. */
export async function authorityState(dataDir: string, authority: Authority): Promise<AuthorityState> {
  const { certificatePem, certificatePath, notices } = authority;
  const certificate = new X509Certificate(certificatePem);
  const publicKey = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const backups = await listBackups(dataDir);
  return {
    ...describeAuthority(certificatePem),
    certificatePath,
    certificatePem,
    publicKeySha256: createHash('sha256').update(publicKey).digest('base64'),
    madeHere: /^CN=Plumbline CA .*\nO=Plumbline$/.test(certificate.subject),
    notices: [...notices],
    backups: backups.map(({ number, replacedAtMs, authority: old }) => ({
      ...describeAuthority(old.certificatePem),
      number,
      replacedAtMs,
    })),
  };
}

/** Failure: `password-needed`. */
export function exportAuthority(
  authority: Authority,
  format: AuthorityFormat,
  password: string | null,
): Result<ExportedAuthority> {
  const certificate = new X509Certificate(authority.certificatePem);
  const key = createPrivateKey(authority.keyPem);
  const given = password === '' ? null : password;
  switch (format) {
    case 'pem':
      return succeed({
        fileName: 'plumbline-ca.pem',
        mediaType: 'application/x-pem-file',
        bytes: new TextEncoder().encode(authority.certificatePem),
      });
    case 'der':
      return succeed({
        fileName: 'plumbline-ca.crt',
        mediaType: 'application/x-x509-ca-cert',
        bytes: new Uint8Array(certificate.raw),
      });
    case 'key-pem': {
      const pem = key.export({
        type: 'pkcs8',
        format: 'pem',
        ...(given === null ? {} : { cipher: 'aes-256-cbc', passphrase: given }),
      });
      return succeed({
        fileName: 'plumbline-ca-key.pem',
        mediaType: 'application/x-pem-file',
        bytes: new TextEncoder().encode(pem.toString()),
      });
    }
    case 'pkcs12':
      if (given === null) {
        return fail(
          'password-needed',
          'A PKCS#12 file holds the private key. Give a password to protect it.',
        );
      }
      return succeed({
        fileName: 'plumbline-ca.p12',
        mediaType: 'application/x-pkcs12',
        bytes: writePkcs12({ certificate: certificate.raw, key, name: 'Plumbline CA', password: given }),
      });
    default:
      return format satisfies never;
  }
}
