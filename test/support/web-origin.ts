import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createTestAuthority } from './certificates.ts';

export interface WebPage {
  readonly type: string;
  readonly body: string;
  /** What else it can be asked over. */
  readonly altSvc?: string;
}

/** A web server of the test's own, by HTTP and HTTPS: it answers every path, and remembers what was asked. */
export interface WebOrigin {
  readonly http: string;
  /** With a certificate of `caPem` for localhost. */
  readonly https: string;
  readonly caPem: string;
  /** Paths in the order they were asked for. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

export async function startWebOrigin(pages: Readonly<Record<string, WebPage>> = {}): Promise<WebOrigin> {
  const authority = await createTestAuthority();
  const context = await authority.contextFor(['localhost']);
  const asked: string[] = [];
  const plain = createServer();
  const secure = createSecureServer({
    SNICallback: (_name, done) => {
      done(null, context);
    },
  });
  for (const server of [plain, secure]) {
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const page: WebPage = pages[path] ?? { type: 'text/plain', body: `You asked for ${path}` };
      if (page.altSvc !== undefined) response.setHeader('Alt-Svc', page.altSvc);
      response.writeHead(200, { 'Content-Type': page.type, 'X-Origin': 'web-origin' });
      response.end(page.body);
    });
  }
  const ports = await Promise.all([listening(plain), listening(secure)]);
  return {
    http: `http://localhost:${ports[0]}`,
    https: `https://localhost:${ports[1]}`,
    caPem: authority.certificatePem,
    asked,
    close: async () => {
      await Promise.all([closed(plain), closed(secure)]);
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
