import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { within } from './within.ts';

/** Certificate, key and the chain above, as files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Issue {
  readonly name: string;
  /** `openssl genpkey` options; EC P-256 if not given. */
  readonly key?: readonly string[];
  /** Null: signed by itself. */
  readonly issuer: Certificate | null;
  readonly isAuthority?: boolean;
  /** Lines of the extensions besides the usual ones. */
  readonly extensions?: readonly string[];
  /** `YYYYMMDDHHMMSSZ`; now if not given. */
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** A folder in which openssl makes certificates, and servers it runs; all is gone with `dispose`. */
export interface Openssl {
  readonly folder: string;
  readonly issue: (issue: Issue) => Certificate;
  readonly file: (name: string, text: string) => string;
  /** `openssl s_server` with these arguments on a free port; resolves when it listens. */
  readonly server: (
    args: readonly string[],
  ) => Promise<{ readonly port: number; readonly authority: string }>;
  readonly dispose: () => void;
}

const ecKey = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

export function createOpenssl(): Openssl {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-openssl-'));
  const running: ChildProcess[] = [];
  const at = (name: string): string => path.join(folder, name);
  const run = (args: readonly string[]): void => {
    const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${done.stderr}`);
  };
  const file = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  return {
    folder,
    file,
    issue: ({ name, key = ecKey, issuer, isAuthority = false, extensions = [], notBefore, notAfter }) => {
      const [certFile, keyFile] = [at(`${name}.pem`), at(`${name}.key`)];
      run(['genpkey', ...key, '-out', keyFile]);
      const lines = [
        `basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`,
        'subjectKeyIdentifier=hash',
        ...(isAuthority ? ['keyUsage=critical,keyCertSign,cRLSign'] : []),
        ...extensions,
      ];
      run(['req', '-new', '-key', keyFile, '-subj', `/CN=${name}`, '-out', at(`${name}.csr`)]);
      // `x509` sets no beginning; `ca` does.
      file(
        `${name}.cnf`,
        `[ca]\ndefault_ca=d\n[d]\ndatabase=${at(`${name}.txt`)}\nnew_certs_dir=${folder}\nserial=${at(`${name}.srl`)}\npolicy=p\ndefault_md=sha256\n[p]\ncommonName=supplied\n[e]\n${lines.join('\n')}\n`,
      );
      file(`${name}.txt`, '');
      file(
        `${name}.srl`,
        `${Math.floor(1e9 * (1 + Math.random()))
          .toString(16)
          .padStart(8, '0')}\n`,
      );
      const signer =
        issuer === null
          ? ['-selfsign', '-keyfile', keyFile]
          : ['-cert', issuer.certFile, '-keyfile', issuer.keyFile];
      run([
        ...['ca', '-batch', '-notext', '-config', at(`${name}.cnf`), '-extensions', 'e', '-days', '100'],
        ...(notBefore === undefined ? [] : ['-startdate', notBefore]),
        ...(notAfter === undefined ? [] : ['-enddate', notAfter]),
        ...['-in', at(`${name}.csr`), '-out', certFile],
        ...signer,
      ]);
      return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    },
    server: async (args) => {
      const port = await freePort();
      const child = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, '-quiet', ...args], {
        cwd: folder,
        // It ends when its input does.
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      running.push(child);
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const ended = once(child, 'exit').then(([code]: unknown[]) => {
        throw new Error(`openssl s_server ${args.join(' ')} ended with ${String(code)}: ${said}`);
      });
      // It is told to end at last; until then it must not.
      ended.catch(() => undefined);
      await within(10_000, `openssl s_server ${args.join(' ')}`, Promise.race([untilListens(port), ended]));
      return { port, authority: `127.0.0.1:${port}` };
    },
    dispose: () => {
      for (const child of running) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilListens(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
