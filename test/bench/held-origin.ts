/** Answers every request on connections that it keeps, over HTTP and HTTPS: `held-origin.ts CERT KEY`; prints its ports. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RequestListener, Server } from 'node:http';

const [certFile = '', keyFile = ''] = process.argv.slice(2);
const answer: RequestListener = (_request, response) => {
  response.end('kept');
};
const plain = createServer(answer);
const secure = createSecureServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, answer);
const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.keepAliveTimeout = 0;
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2000 }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
const ports = { http: await listen(plain), https: await listen(secure) };
process.stdout.write(`${JSON.stringify(ports)}\n`);
process.once('disconnect', () => process.exit());
