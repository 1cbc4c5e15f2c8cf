/** `boot-and-tell.ts DATA_DIR SESSION`: starts an engine as the desktop does and prints what its window would show. */
import { bootEngine } from '../../../electron/engine/boot.ts';

const [dataDir = '', sessionPath = ''] = process.argv.slice(2);
const engineFolder = new URL('../../../electron/engine/', import.meta.url);
const booted = await bootEngine({
  ...{ dataDir, sessionPath, sessionRefused: 'record-elsewhere', proxy: '127.0.0.1:0', record: true },
  ...{ upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [], controlPorts: () => [] },
  workers: {
    writer: new URL('session/writer-worker.ts', engineFolder),
    reader: new URL('session/reader-worker.ts', engineFolder),
    indexer: new URL('session/indexer-worker.ts', engineFolder),
    pac: new URL('proxy/upstream/pac/pac-worker.ts', engineFolder),
    capture: new URL('capture/capture-worker.ts', engineFolder),
    captureHelper: new URL('../../dist/native/plumbline-capture', engineFolder),
    transfer: new URL('transfer/transfer-worker.ts', engineFolder),
  },
});
if (!booted.ok) throw new Error(booted.error.message);
const engine = booted.value;
const sessions = engine.sessions.list().map(({ id, session, readOnly }) => ({
  ...{ path: session.path, readOnly, recorded: engine.sessions.recorded()?.id === id },
}));
process.stdout.write(JSON.stringify({ problem: engine.recording().problem, sessions }));
await engine.close();
