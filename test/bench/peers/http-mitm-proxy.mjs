// An http-mitm-proxy that passes everything through, keep-alive on; prints its port.
import { mkdtempSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { Proxy } = createRequire(join(process.argv[2], 'package.json'))('http-mitm-proxy');
const proxy = new Proxy();
proxy.onError(() => undefined);
proxy.listen(
  {
    port: 0,
    host: '127.0.0.1',
    keepAlive: true,
    sslCaDir: mkdtempSync(join(tmpdir(), 'http-mitm-proxy-')),
    httpAgent: new http.Agent({ keepAlive: true }),
    httpsAgent: new https.Agent({ keepAlive: true, rejectUnauthorized: false }),
  },
  () => process.stdout.write(`${JSON.stringify({ port: proxy.httpPort })}\n`),
);
