import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { reasonOf } from './file-errors.ts';

/** Where distributions keep their roots in one file; the first that exists is taken. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
];

export interface TrustOptions {
  /** Files with one or more certificates, PEM or DER. */
  readonly extraCaFiles?: readonly string[];
  /** `NODE_EXTRA_CA_CERTS` and, where the runtime cannot list the system's roots, `SSL_CERT_FILE` are looked at. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface UpstreamTrust {
  /** PEM, one certificate each, without repetition; for the `ca` option of `tls.createSecureContext`. */
  readonly ca: string[];
  /** How many certificates each place added that the ones before had not. */
  readonly sources: readonly { readonly name: string; readonly added: number }[];
  /** Plain lines about places that were named by the environment and could not be used. */
  readonly notices: readonly string[];
}

/**
 * The roots that servers are checked against: those bundled with the runtime, the system's, `NODE_EXTRA_CA_CERTS` and
 * the files given. Load once and share one context: a context with all of them costs 8 to 40 ms.
 *
 * A given file that is missing, unreadable (`ca-file-unreadable`) or holds something else than certificates
 * (`ca-file-invalid`) is an error; the same in a file of the environment is only a notice, as in Node itself.
 */
export async function loadUpstreamTrust(options: TrustOptions): Promise<Result<UpstreamTrust>> {
  const { extraCaFiles = [], env = process.env } = options;
  const byContent = new Map<string, string>();
  const sources: { name: string; added: number }[] = [];
  const notices: string[] = [];

  function add(name: string, certificates: readonly string[]): void {
    const before = byContent.size;
    for (const pem of certificates) {
      const content = pem.replace(/-----[^-]*-----|\s/g, '');
      if (!byContent.has(content)) byContent.set(content, pem);
    }
    sources.push({ name, added: byContent.size - before });
  }

  add('bundled', tls.rootCertificates);
  const system = await systemRoots(env);
  add(system.name, system.certificates);
  if (system.notice !== null) notices.push(system.notice);
  const nodeExtra = env['NODE_EXTRA_CA_CERTS'];
  if (nodeExtra !== undefined && nodeExtra !== '') {
    const certificates = await readCertificates(nodeExtra);
    if (certificates.ok) add('NODE_EXTRA_CA_CERTS', certificates.value);
    else notices.push(`NODE_EXTRA_CA_CERTS: ${certificates.error.message}`);
  }
  for (const path of extraCaFiles) {
    const certificates = await readCertificates(path);
    if (!certificates.ok) return certificates;
    add(path, certificates.value);
  }
  return succeed({ ca: [...byContent.values()], sources, notices });
}

interface SystemRoots {
  readonly name: string;
  readonly certificates: readonly string[];
  readonly notice: string | null;
}

/** From the runtime (Node 22.15 and later), else from `SSL_CERT_FILE` or the distribution's bundle. */
async function systemRoots(env: Readonly<Record<string, string | undefined>>): Promise<SystemRoots> {
  const listed = rootsOfRuntime();
  if (listed.length > 0) return { name: 'system', certificates: listed, notice: null };
  const named = env['SSL_CERT_FILE'];
  if (named !== undefined && named !== '') {
    const certificates = await readCertificates(named);
    if (certificates.ok) return { name: named, certificates: certificates.value, notice: null };
    return { name: 'system', certificates: [], notice: `SSL_CERT_FILE: ${certificates.error.message}` };
  }
  for (const path of systemBundles) {
    const certificates = await readCertificates(path);
    if (certificates.ok) return { name: path, certificates: certificates.value, notice: null };
  }
  return { name: 'system', certificates: [], notice: null };
}

function rootsOfRuntime(): readonly string[] {
  // Absent before Node 22.15, whatever the type says.
  const list = tls.getCACertificates as typeof tls.getCACertificates | undefined;
  try {
    return list?.('system') ?? [];
  } catch {
    return [];
  }
}

/**
 * The certificates of one file, as PEM; other PEM blocks in it are left out.
 * A context takes garbage silently, so every certificate is parsed here.
 */
async function readCertificates(path: string): Promise<Result<readonly string[]>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return fail('ca-file-unreadable', `The CA file ${path} cannot be read (${reasonOf(error)}).`);
  }
  const text = bytes.toString('latin1');
  const blocks: readonly (string | Buffer)[] = text.includes('-----BEGIN ')
    ? (text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]+-----/g) ?? [])
    : [bytes];
  if (blocks.length === 0) return fail('ca-file-invalid', `The CA file ${path} holds no certificate.`);
  try {
    return succeed(blocks.map((block) => new X509Certificate(block).toString()));
  } catch {
    return fail(
      'ca-file-invalid',
      blocks.length === 1
        ? `The CA file ${path} holds no certificate that can be read (PEM or DER is expected).`
        : `The CA file ${path} holds a certificate that cannot be read.`,
    );
  }
}
