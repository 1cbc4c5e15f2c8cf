import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram, type Program } from './program.ts';

/** A real nginx in a folder of its own. */
export interface Nginx {
  readonly port: number;
  /** Files are served from here. */
  readonly put: (name: string, content: string | Uint8Array) => void;
  /** What was asked so far: number of the connection, protocol and path. */
  readonly asked: () => { connection: string; protocol: string; path: string }[];
  readonly stop: () => Promise<void>;
}

export interface NginxOptions {
  readonly cert: string;
  readonly key: string;
  /** Directives of the server. */
  readonly server?: string;
}

const triesMax = 5;

/** HTTP/2 and HTTP/1.1 over TLS on a free port of 127.0.0.1. */
export async function startNginx({ cert, key, server = '' }: NginxOptions): Promise<Nginx> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-nginx-'));
  const files = path.join(folder, 'files');
  mkdirSync(files);
  // Its workers may run as another user.
  for (const place of [folder, files]) chmodSync(place, 0o777);
  writeFileSync(path.join(folder, 'cert.pem'), cert);
  writeFileSync(path.join(folder, 'key.pem'), key);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/t;`)
    .join(' ');
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr notice;
events { worker_connections 1024; }
http { log_format asked '$connection $server_protocol $request_uri'; access_log ${folder}/asked asked; ${temporary} default_type text/plain; keepalive_requests 1000000;
server { listen 127.0.0.1:${port} ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem;
ssl_protocols TLSv1.2 TLSv1.3; root ${files}; ${server} } }`,
    );
    const program = startProgram('sh', ['-c', `exec nginx -p ${folder}/ -c ${folder}/nginx.conf 2>&1`]);
    try {
      await program.says(/start worker process \d+/);
      return nginxOf(program, port, folder, files);
    } catch (error) {
      program.dispose();
      if (tries === triesMax) throw error;
    }
  }
}

function nginxOf(program: Program, port: number, folder: string, files: string): Nginx {
  return {
    port,
    put: (name, content) => writeFileSync(path.join(files, name), content),
    asked: () =>
      readFileSync(path.join(folder, 'asked'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [connection = '', protocol = '', asked = ''] = line.split(' ');
          return { connection, protocol, path: asked };
        }),
    stop: async () => {
      program.child.kill('SIGTERM');
      await program.ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
