/**
 * The server that the benchmarks ask: answers every request head with the same bytes, over HTTP and HTTPS.
 * Started as a process of its own: `origin.ts CERT KEY`; prints its ports as one JSON line.
 */
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

const [certFile = '', keyFile = ''] = process.argv.slice(2);

function response(bodyBytes: number): Buffer {
  return Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\nContent-Type: application/octet-stream\r\nCache-Control: no-store\r\nX-Request-Id: 7f3a9c1e\r\nContent-Length: ${bodyBytes}\r\n\r\n`,
    ),
    Buffer.alloc(bodyBytes, 'plumbline '),
  ]);
}

const small = response(1024);
const large = response(10 * 1024 * 1024);

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  let tail = '';
  socket.on('data', (chunk: Buffer) => {
    const text = tail + chunk.toString('latin1');
    let from = 0;
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n', from)) {
      socket.write(text.startsWith('GET /large', from) ? large : small);
      from = end + 4;
    }
    tail = text.slice(from);
  });
}

const plain = createServer(serve);
const secure = createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, serve);
plain.listen(0, '127.0.0.1', () => {
  secure.listen(0, '127.0.0.1', () => {
    const ports = {
      http: (plain.address() as AddressInfo).port,
      https: (secure.address() as AddressInfo).port,
    };
    process.stdout.write(`${JSON.stringify(ports)}\n`);
  });
});
process.once('disconnect', () => process.exit());
