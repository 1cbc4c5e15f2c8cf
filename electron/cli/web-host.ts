import { createHash, timingSafeEqual } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';
import { decodeFrame, encodeFrame, type TextCodec } from '../../core/contract/ws-codec.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { Door } from '../engine/services/door.ts';

/** The control door for browser tabs: loopback only, a token, Host and Origin checked. */
export interface WebHost {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** A message from a tab is a call with small parameters, or a part of an upload. */
const messageBytesMax = 1_048_576;
/** A tab that does not read: its connection is ended rather than queued for. */
const unsentBytesMax = 64 * 1_048_576;

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Failures: `bad-address`, `not-loopback`, `port-taken`, `window-missing`. */
export async function openWebHost(door: Door, listen: string, token: string): Promise<Result<WebHost>> {
  const wanted = parseLoopback(listen);
  if (!wanted.ok) return wanted;
  const assets = await loadAssets(fileURLToPath(new URL('../renderer', import.meta.url)));
  if (!assets.ok) return assets;
  const { host, port } = wanted.value;
  let names: readonly string[] = [];
  let cookie = '';

  const authorised = (request: IncomingMessage): boolean =>
    matches(token, cookieOf(request, cookie)) ||
    matches(token, /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]);
  const hostIsOurs = (request: IncomingMessage): boolean => names.includes(request.headers.host ?? '');
  const originIsOurs = (request: IncomingMessage): boolean => {
    const { origin } = request.headers;
    return origin !== undefined && names.some((name) => origin === `http://${name}`);
  };
  const refusal = (request: IncomingMessage): string | null => {
    if (!hostIsOurs(request)) return 'This address answers only to its own name.';
    if (request.headers.origin !== undefined && !originIsOurs(request)) {
      return 'Requests from other pages are refused.';
    }
    return request.url?.startsWith('/') === true ? null : 'This is not a proxy.';
  };

  const server = createServer((request, response) => {
    const refused = refusal(request);
    if (refused !== null) return answer(response, 403, refused);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'Only GET is answered.');
    const url = new URL(request.url ?? '/', `http://${names[0] ?? ''}`);
    if (url.pathname === '/' && matches(token, url.searchParams.get('token') ?? undefined)) {
      response.writeHead(303, {
        Location: '/',
        'Set-Cookie': `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`,
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
      });
      response.end();
      return;
    }
    if (!authorised(request)) {
      return answer(response, 401, 'Open the address that plumbline serve printed; it carries the token.');
    }
    const asset = assets.value.get(url.pathname === '/' ? '/index.html' : url.pathname);
    if (asset === undefined) return answer(response, 404, 'There is nothing at this address.');
    response.writeHead(200, {
      'Content-Type': asset.type,
      'Content-Length': asset.bytes.length,
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : asset.bytes);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, socket, head) => {
    const allowed =
      refusal(request) === null && originIsOurs(request) && authorised(request) && request.url === '/control';
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      attach(door, webSocket);
    });
  });

  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'EADDRINUSE'
          ? fail(
              'port-taken',
              `The window cannot be served on ${listen}: another program uses that port. Choose another one with --listen.`,
            )
          : fail('listen-failed', `The window cannot be served on ${listen}: ${error.message}`),
      );
    });
    server.listen({ host, port }, () => {
      const bound = server.address() as AddressInfo;
      const literal = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      names = [`${literal}:${bound.port}`, `localhost:${bound.port}`];
      cookie = `plumbline-${bound.port}`;
      resolve(
        succeed({
          port: bound.port,
          address: `${literal}:${bound.port}`,
          close: () =>
            new Promise((done) => {
              for (const client of sockets.clients) client.terminate();
              server.closeAllConnections();
              server.close(() => {
                done();
              });
            }),
        }),
      );
    });
  });
}

function attach(door: Door, socket: WebSocket): void {
  const window = door.attach({
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > unsentBytesMax) {
        socket.terminate();
        return;
      }
      socket.send(encodeFrame(message, utf8));
    },
  });
  socket.on('message', (data: Buffer, isBinary) => {
    window.receive(decodeFrame(isBinary ? data : data.toString('utf8'), utf8));
  });
  socket.on('error', () => undefined);
  socket.once('close', window.detach);
}

const utf8: TextCodec = {
  encode: (text) => Buffer.from(text, 'utf8'),
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
};

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(`${text}\n`);
}

/** Compares without telling by its time how much was right. */
function matches(token: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(given));
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

function parseLoopback(listen: string): Result<{ host: string; port: number }> {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:]+)):(\d{1,5})$/.exec(listen);
  const name = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (name === undefined || port > 65535) {
    return fail('bad-address', `"${listen}" is no address to listen on. Write it as 127.0.0.1:9000.`);
  }
  const host = name === 'localhost' ? '127.0.0.1' : name;
  if (isIP(host) === 0 || !(host.startsWith('127.') || host === '::1')) {
    return fail(
      'not-loopback',
      `The window is served on this machine only: ${name} is not a loopback address.`,
    );
  }
  return succeed({ host, port });
}

interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
}

async function loadAssets(folder: string): Promise<Result<ReadonlyMap<string, Asset>>> {
  const assets = new Map<string, Asset>();
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const type = mediaTypes[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      assets.set(`/${relative(folder, path).replaceAll('\\', '/')}`, { bytes: await readFile(path), type });
    }
  } catch {
    return fail('window-missing', `The window was not built (${folder} is missing). Run npm run build.`);
  }
  return succeed(assets);
}
