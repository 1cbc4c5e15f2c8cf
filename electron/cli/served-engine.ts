import { z } from 'zod';
import { settingsSchema } from '../../core/model/settings.ts';
import { bootEngine } from '../engine/boot.ts';
import { createDoor } from '../engine/services/door.ts';
import { untilStopped, workers } from './common.ts';
import { printError } from './output.ts';
import { openWebHost, type WebHost } from './web-host.ts';

const servedEngine = z.object({
  token: z.string().min(16),
  listen: z.string(),
  dataDir: z.string(),
  sessionPath: z.string().nullable(),
  proxy: z.string().nullable(),
  record: z.boolean().nullable(),
  /** The person asked for this proxy address: failing to listen there ends the program. */
  proxyRequired: z.boolean(),
  upstreamCaFiles: z.array(z.string()),
  insecureHosts: z.array(z.string()),
  passThroughHosts: z.array(z.string()),
  waysOut: z.object({
    upstream: z.string().nullable(),
    upstreamPac: z.string().nullable(),
    noUpstream: z.array(z.string()),
    resolve: z.array(z.string()),
  }),
  clientCertificates: settingsSchema.shape.clientCertificates,
  reverse: z.array(z.object({ listen: z.string(), upstream: z.string(), host: z.enum(['keep', 'rewrite']) })),
  proxyAuth: z.object({ user: z.string(), password: z.string() }).nullable(),
  anyDevice: z.boolean(),
});
export type ServedEngine = z.infer<typeof servedEngine>;

/** The child of `serve`: engine and control door in one process. Ends when told to, or with its parent. */
export async function runServedEngine(): Promise<void> {
  const wanted = await new Promise<ServedEngine>((resolve) => {
    process.once('message', (data) => {
      resolve(servedEngine.parse(data));
    });
  });
  const stopped = Promise.race([
    untilStopped(null),
    new Promise<void>((resolve) => {
      process.once('disconnect', () => {
        resolve();
      });
    }),
  ]);
  let web: WebHost | null = null;
  const booted = await bootEngine({
    ...wanted,
    reverseOfSettings: true,
    sessionRefused: 'fail',
    workers,
    controlPorts: () => (web === null ? [] : [web.port]),
  });
  if (!booted.ok) {
    complain(booted.error.message);
    return;
  }
  const engine = booted.value;
  const { problem } = engine.recording();
  if (wanted.proxyRequired && problem !== null) {
    await engine.close();
    complain(problem);
    return;
  }
  const door = createDoor(engine);
  const opened = await openWebHost(door, wanted.listen, wanted.token);
  if (!opened.ok) {
    await engine.close();
    complain(opened.error.message);
    return;
  }
  web = opened.value;
  const tell = (): void => {
    if (!process.connected) return;
    const { listener, recording } = engine.recording();
    process.send?.({
      type: 'state',
      sessionPath: engine.sessions.recorded()?.session.path ?? null,
      proxy: listener,
      record: recording,
    });
  };
  engine.events.on('recording', tell);
  engine.events.on('sessions', tell);
  tell();
  process.send?.({ type: 'ready', listen: web.address });
  await stopped;
  await web.close();
  door.close();
  await engine.close();
  if (process.connected) process.disconnect();
}

function complain(message: string): void {
  printError(message);
  process.exitCode = 1;
  process.disconnect();
}
