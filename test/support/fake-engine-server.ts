/**
 * The window over the fake engine, in a browser: `node test/support/fake-engine-server.ts --window FOLDER
 * [--port 9321, 0 for any] [--exchanges 5000] [--stopped] [--notice TEXT] [--live PER_SECOND]`. FOLDER holds the built window.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { contract } from '../../core/contract/index.ts';
import { dispatch } from '../../core/contract/dispatch.ts';
import { decodeFrame, encodeFrame, type TextCodec } from '../../core/contract/ws-codec.ts';
import { createFakeEngine } from './fake-engine.ts';

const { values } = parseArgs({
  options: {
    window: { type: 'string', default: 'dist/renderer' },
    port: { type: 'string', default: '9321' },
    exchanges: { type: 'string', default: '5000' },
    stopped: { type: 'boolean', default: false },
    notice: { type: 'string' },
    live: { type: 'string', default: '0' },
  },
});
const engine = await createFakeEngine({
  exchanges: Number(values.exchanges),
  recording: !values.stopped,
  notice: values.notice ?? null,
});
/** An answer about a view, which is closed with its window. */
const viewOpened = z.object({ outcome: z.object({ value: z.object({ viewId: z.number() }) }) });
const text: TextCodec = {
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder().decode(bytes),
};
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

const server = createServer((request, response) => {
  const asked = new URL(request.url ?? '/', 'http://localhost').pathname;
  const file = path.join(values.window, path.normalize(asked === '/' ? '/index.html' : asked));
  readFile(file).then(
    (bytes) =>
      response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'text/plain' }).end(bytes),
    () => response.writeHead(404).end(),
  );
});
const sockets = new WebSocketServer({ server, path: '/control' });
sockets.on('connection', (socket) => {
  const views = new Set<number>();
  socket.on('close', () => {
    for (const viewId of views) void engine.handlers.exchanges.closeView({ viewId }, null);
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary || !(data instanceof Buffer)) return;
    void dispatch(contract, engine.handlers, decodeFrame(data.toString('utf8'), text), null).then(
      (answer) => {
        if (answer === null) return;
        const opened = viewOpened.safeParse(answer);
        if (opened.success) views.add(opened.data.outcome.value.viewId);
        socket.send(encodeFrame(answer, text));
      },
    );
  });
});
engine.onEvent((event) => {
  for (const socket of sockets.clients) socket.send(encodeFrame(event, text));
});
const perSecond = Number(values.live);
if (perSecond > 0) setInterval(() => engine.add(Math.max(1, Math.round(perSecond / 5))), 200);
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    process.stdout.write(`Open http://127.0.0.1:${address.port}/\n`);
});
