import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { ClientCertificateSetting } from '../../../core/model/settings.ts';
import { createHostSet, type HostSet } from '../proxy/host-policy.ts';
import type { ClientIdentity } from '../proxy/upstream-contexts.ts';
import { reasonOf } from './file-errors.ts';

/** Larger files hold something else. */
const fileBytesMax = 1_000_000;

/** The certificates we show servers that ask for one. */
export interface ClientIdentities {
  /** The first that is meant for this host. */
  readonly of: (host: string) => ClientIdentity | null;
  /**
   * Reads the files and uses what they hold from now on. Failures: `client-certificate-unreadable`,
   * `client-certificate-invalid`; then nothing has changed.
   */
  readonly use: (wanted: readonly ClientCertificateSetting[]) => Promise<Result<readonly ClientIdentity[]>>;
}

export function createClientIdentities(): ClientIdentities {
  let inUse: readonly { readonly hosts: HostSet; readonly identity: ClientIdentity }[] = [];
  return {
    of: (host) => inUse.find(({ hosts }) => hosts.has(host))?.identity ?? null,
    use: async (wanted) => {
      const loaded: { hosts: HostSet; identity: ClientIdentity }[] = [];
      for (const setting of wanted) {
        const identity = await loadIdentity(setting);
        if (!identity.ok) return identity;
        loaded.push({ hosts: createHostSet([setting.host]), identity: identity.value });
      }
      inUse = loaded;
      return succeed(loaded.map(({ identity }) => identity));
    },
  };
}

/** PEM with its key in the same file or another, or PKCS#12. */
async function loadIdentity(setting: ClientCertificateSetting): Promise<Result<ClientIdentity>> {
  const { certificateFile, keyFile, passwordFile } = setting;
  const certificate = await readSmall(certificateFile);
  if (!certificate.ok) return certificate;
  const key = keyFile === null ? certificate : await readSmall(keyFile);
  if (!key.ok) return key;
  const password = passwordFile === null ? null : await readSmall(passwordFile);
  if (password?.ok === false) return password;
  const passphrase = password?.value.toString().split(/\r?\n/)[0];
  const material = isPem(certificate.value)
    ? { cert: certificate.value, key: key.value }
    : { pfx: certificate.value };
  const options = { ...material, ...(passphrase === undefined ? {} : { passphrase }) };
  try {
    const subject = subjectOf(options);
    const hash = createHash('sha256').update(certificate.value).update(key.value);
    return succeed({ id: hash.digest('hex'), subject, options });
  } catch (error) {
    return fail(
      'client-certificate-invalid',
      `The client certificate ${certificateFile} cannot be used: ${invalidWords(error, passphrase !== undefined)}`,
    );
  }
}

function subjectOf(options: ClientIdentity['options']): string {
  const native = createSecureContext(options).context as { readonly getCertificate?: () => Buffer | null };
  const der = native.getCertificate?.() ?? options.cert;
  if (der === undefined) throw new Error('it holds no certificate');
  return new X509Certificate(der as Buffer).subject.split('\n').join(', ');
}

function invalidWords(error: unknown, hasPassword: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/mac verify|bad decrypt|INCORRECT_PASSWORD|BAD_DECRYPT|password|passphrase/i.test(message)) {
    return hasPassword
      ? 'its password is another one.'
      : 'it needs a password. Name a file whose first line is the password.';
  }
  if (/key values mismatch|KEY_VALUES_MISMATCH/i.test(message)) {
    return 'the key belongs to another certificate. Name the file with its own key.';
  }
  if (
    /no start line|NO_START_LINE|PEM routines|not enough data|wrong tag|DECODE_ERROR|BAD_PKCS12/i.test(
      message,
    )
  ) {
    return 'the files must hold a certificate and its private key as PEM, or both as PKCS#12.';
  }
  return `${message.replace(/\.$/, '')}.`;
}

function isPem(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN ');
}

async function readSmall(path: string): Promise<Result<Buffer>> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= fileBytesMax) return succeed(bytes);
    return fail('client-certificate-invalid', `${path} is too large for a certificate or key.`);
  } catch (error) {
    return fail(
      'client-certificate-unreadable',
      `The client certificate or key ${path} cannot be read: ${reasonOf(error)}.`,
    );
  }
}
