/** `boot-and-tell.ts DATA_DIR SESSION`: starts an engine as the desktop does and prints what its window would show. */
import { bootEngine } from '../../../electron/engine/boot.ts';
import { workers } from '../../support/workers.ts';

const [dataDir = '', sessionPath = ''] = process.argv.slice(2);
const booted = await bootEngine({
  ...{ dataDir, sessionPath, sessionRefused: 'record-elsewhere', proxy: '127.0.0.1:0', record: true },
  ...{ upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [], controlPorts: () => [] },
  workers,
});
if (!booted.ok) throw new Error(booted.error.message);
const engine = booted.value;
const sessions = engine.sessions.list().map(({ id, session, readOnly }) => ({
  ...{ path: session.path, readOnly, recorded: engine.sessions.recorded()?.id === id },
}));
process.stdout.write(JSON.stringify({ problem: engine.recording().problem, sessions }));
await engine.close();
