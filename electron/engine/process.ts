import { z } from 'zod';
import { bootEngine } from './boot.ts';
import { handshakeTimeoutMs } from './engine.ts';
import { createDoor, type Door } from './services/door.ts';

/** The engine under Electron: a utility process that is started, given windows' ports, and asked to stop. */
const startMessage = z.object({
  type: z.literal('start'),
  dataDir: z.string(),
  sessionPath: z.string().nullable(),
  proxy: z.string().nullable(),
  record: z.boolean().nullable(),
  upstreamCaFiles: z.array(z.string()),
  insecureHosts: z.array(z.string()),
  passThroughHosts: z.array(z.string()),
  handshakeTimeoutMs: z.number().optional(),
  reverse: z
    .array(z.object({ listen: z.string(), upstream: z.string(), host: z.enum(['keep', 'rewrite']) }))
    .optional(),
  proxyAuth: z.object({ user: z.string(), password: z.string() }).optional(),
});
const message = z.union([
  startMessage,
  z.object({ type: z.literal('window') }),
  z.object({ type: z.literal('stop') }),
]);

/** The part of Electron's port that is used here; the type lives in the main process's world. */
interface Port {
  readonly postMessage: (data: unknown) => void;
  readonly on: (event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) => void;
  readonly start: () => void;
}
interface ParentPort {
  readonly postMessage: (data: unknown) => void;
  readonly on: (
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void,
  ) => void;
}

const parent = (process as unknown as { parentPort: ParentPort }).parentPort;
let door: Door | null = null;
let stop: () => Promise<void> = () => Promise.resolve();
const waitingWindows: Port[] = [];

parent.on('message', ({ data, ports }) => {
  const parsed = message.safeParse(data);
  if (!parsed.success) return;
  switch (parsed.data.type) {
    case 'start':
      void start(parsed.data);
      return;
    case 'window':
      for (const port of ports) {
        if (door === null) waitingWindows.push(port);
        else attachWindow(door, port);
      }
      return;
    case 'stop':
      void stop().then(() => {
        parent.postMessage({ type: 'stopped' });
        process.exit(0);
      });
  }
});

async function start(options: z.infer<typeof startMessage>): Promise<void> {
  const booted = await bootEngine({
    ...options,
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? handshakeTimeoutMs,
    reverseOfSettings: true,
    sessionRefused: 'record-elsewhere',
    workers: {
      writer: new URL('./writer-worker.js', import.meta.url),
      reader: new URL('./reader-worker.js', import.meta.url),
      transfer: new URL('./transfer-worker.js', import.meta.url),
      indexer: new URL('./indexer-worker.js', import.meta.url),
      pac: new URL('./pac-worker.js', import.meta.url),
      finder: new URL('./finder-worker.js', import.meta.url),
      capture: new URL('./capture-worker.js', import.meta.url),
      packetReader: new URL('./packet-reader-worker.js', import.meta.url),
      dissection: new URL('../dissection/main.js', import.meta.url),
      captureHelper: new URL('../native/plumbline-capture', import.meta.url),
    },
    controlPorts: () => [],
  });
  if (!booted.ok) {
    parent.postMessage({ type: 'failed', message: booted.error.message });
    return;
  }
  const engine = booted.value;
  const made = createDoor(engine);
  door = made;
  const tell = (): void => {
    const { listener, recording, reverse } = engine.recording();
    parent.postMessage({
      type: 'state',
      sessionPath: engine.sessions.recorded()?.session.path ?? null,
      proxy: listener,
      reverse: reverse.map(({ address, upstream }) => ({ listen: address, upstream })),
      record: recording,
      ca: engine.authority.certificatePath,
    });
  };
  engine.events.on('recording', tell);
  engine.events.on('sessions', tell);
  engine.events.on('authority', tell);
  stop = async () => {
    made.close();
    await engine.close();
  };
  tell();
  for (const port of waitingWindows.splice(0)) attachWindow(made, port);
}

function attachWindow(to: Door, port: Port): void {
  const window = to.attach({
    send: (data) => {
      port.postMessage(data);
    },
  });
  port.on('message', ({ data }) => {
    window.receive(data);
  });
  port.on('close', window.detach);
  port.start();
}
