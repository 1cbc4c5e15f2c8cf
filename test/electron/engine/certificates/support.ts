import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, TLSSocket, type DetailedPeerCertificate, type SecureContext } from 'node:tls';
import { onTestFinished } from 'vitest';
import { loadOrCreateAuthority, type Authority } from '../../../../electron/engine/certificates/authority.ts';
import { leafNames, type LeafNames } from '../../../../electron/engine/certificates/names.ts';
import { createRootCertificate } from '../../../../electron/engine/certificates/root-certificate.ts';
import type { Result } from '../../../../core/model/result.ts';

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export async function newAuthority(): Promise<Authority> {
  return valueOf(await loadOrCreateAuthority(temporaryFolder()));
}

/** A CA that exists in memory only, made at `madeAtMs`. */
export async function authorityMadeAt(madeAtMs: number): Promise<Authority> {
  const root = await createRootCertificate('test', madeAtMs);
  const certificate = new X509Certificate(root.certificatePem);
  return {
    ...root,
    certificatePath: '',
    keyPath: '',
    fingerprintSha256: certificate.fingerprint256,
    notAfter: new Date(certificate.validTo),
    isNew: true,
    notices: [],
  };
}

export function names(...list: readonly string[]): LeafNames {
  return valueOf(leafNames(list));
}

/** Whether a command can be started here. */
export function hasTool(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a command to its end; output and errors in one text. */
export function run(command: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode: code, output: stdout + stderr });
    });
  });
}

/** A TLS server that answers every connection with one HTTP response. Gives its port on `host`. */
export async function serveTls(context: SecureContext, host = '127.0.0.1'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
    secure.on('error', () => undefined);
    secure.once('data', () => {
      secure.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export interface Seen {
  readonly certificate: DetailedPeerCertificate;
  readonly authorizationError: Error | string | null | undefined;
}

/** Connects as the proxy does upstream, and gives what the runtime says of the certificate. */
export function look(port: number, ca: readonly string[], servername = ''): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca: [...ca],
      servername,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve({
        certificate: socket.getPeerCertificate(true),
        authorizationError: socket.authorizationError,
      });
      socket.destroy();
    });
  });
}
