/**
 * The window over the fake engine, in a browser: `node test/support/fake-engine-server.ts --window FOLDER
 * [--port 9321, 0 for any] [--exchanges 5000] [--stopped] [--notice TEXT] [--live PER_SECOND] [--transfers] [--refuse]
 * [--problem TEXT] [--read-only] [--searching running|stopped] [--strained] [--settings-problem TEXT] [--story] [--long]
 * [--packets 0] [--series-points 0] [--capture ready|running|not-installed|impossible] [--packet-rate 120]
 * [--devices NAME of fake-devices.ts] [--adb NAME of fake-adb-devices.ts]`. FOLDER holds the built
 * window. `--transfers`: an import and an export run. `--refuse`: no window is let in. The second line is told in
 * fake-engine.ts.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { contract } from '../../core/contract/index.ts';
import { dispatch } from '../../core/contract/dispatch.ts';
import { decodeFrame, encodeFrame, type TextCodec } from '../../core/contract/ws-codec.ts';
import { createWindowViews } from '../../electron/engine/services/window-views.ts';
import { adbFakes } from './fake-adb-devices.ts';
import { captureFakes } from './fake-capture.ts';
import { deviceFakes } from './fake-devices.ts';
import { createFakeEngine } from './fake-engine.ts';

const { values } = parseArgs({
  options: {
    window: { type: 'string', default: 'dist/renderer' },
    port: { type: 'string', default: '9321' },
    exchanges: { type: 'string', default: '5000' },
    stopped: { type: 'boolean', default: false },
    notice: { type: 'string' },
    live: { type: 'string', default: '0' },
    transfers: { type: 'boolean', default: false },
    refuse: { type: 'boolean', default: false },
    problem: { type: 'string' },
    'read-only': { type: 'boolean', default: false },
    searching: { type: 'string' },
    strained: { type: 'boolean', default: false },
    story: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    'settings-problem': { type: 'string' },
    packets: { type: 'string', default: '0' },
    'series-points': { type: 'string', default: '0' },
    capture: { type: 'string', default: 'ready' },
    'packet-rate': { type: 'string', default: '120' },
    devices: { type: 'string', default: 'empty' },
    adb: { type: 'string', default: 'none' },
  },
});
const engine = await createFakeEngine({
  exchanges: Number(values.exchanges),
  recording: !values.stopped,
  notice: values.notice ?? null,
  transfers: values.transfers,
  problem: values.problem ?? null,
  readOnly: values['read-only'],
  searching: values.searching === 'running' || values.searching === 'stopped' ? values.searching : null,
  strained: values.strained,
  story: values.story,
  long: values.long,
  settingsProblem: values['settings-problem'] ?? null,
  packets: Number(values.packets),
  seriesPoints: Number(values['series-points']),
  capture: captureFakes.find((fake) => fake === values.capture) ?? 'ready',
  packetsPerSecond: Number(values['packet-rate']),
  devices: deviceFakes.find((fake) => fake === values.devices) ?? 'empty',
  adb: adbFakes.find((fake) => fake === values.adb) ?? 'none',
});
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
const sockets = new WebSocketServer(values.refuse ? { noServer: true } : { server, path: '/control' });
sockets.on('connection', (socket) => {
  const views = createWindowViews((viewId) => void engine.handlers.exchanges.closeView({ viewId }, null));
  socket.on('close', views.leave);
  socket.on('message', (data, isBinary) => {
    if (!(data instanceof Buffer)) return;
    const frame = decodeFrame(isBinary ? data : data.toString('utf8'), text);
    void dispatch(contract, engine.handlers, frame, views).then((answer) => {
      if (answer !== null) socket.send(encodeFrame(answer, text));
    });
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
