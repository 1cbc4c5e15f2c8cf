/** Captures datagrams to itself in a thread, as the engine does, and prints what became of it as one JSON line. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { captureOptions } from '../../core/contract/capture.ts';
import { openBlindFeed } from './blind-feed.ts';
import { createPacketIntake } from '../../electron/engine/capture/packet-intake.ts';

const built = process.env['PLUMBLINE_TEST_HELPER'] ?? '';
const worker = pathToFileURL(process.env['PLUMBLINE_TEST_WORKER'] ?? '');
const datagrams = 400;

const socket = createSocket('udp4');
socket.bind(0, '127.0.0.1');
await once(socket, 'listening');
const { port } = socket.address();

const intake = createPacketIntake(worker, { helpers: { installed: '/nowhere', built }, ssh: ['ssh'] });
const source = { kind: 'interface', name: 'lo' };
const options = captureOptions.parse({ source, filter: `udp port ${port}` });
const run = intake.start(options, openBlindFeed(), () => undefined);
const started = await run.started;
for (let sent = 0; sent < datagrams; sent++) {
  await new Promise((resolve) => {
    socket.send('hello', port, '127.0.0.1', resolve);
  });
}
const { reason, failure, progress } = await run.stop();
// A second one ends with the thread's owner.
const left = intake.start(options, openBlindFeed(), () => undefined);
await left.started;
await intake.close();
socket.close();
process.stdout.write(
  `${JSON.stringify({ node: process.versions.node, started, reason, failure, progress, left: await left.ended })}\n`,
);
setImmediate(() => {
  process.exit(0);
});
