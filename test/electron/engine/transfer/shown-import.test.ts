import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TransferView } from '../../../../core/contract/transfers.ts';
import type { Result } from '../../../../core/model/result.ts';
import { createEngine, type Engine } from '../../../../electron/engine/engine.ts';
import type { OpenSession } from '../../../../electron/engine/open-sessions.ts';
import { transferHandlers } from '../../../../electron/engine/services/transfers.ts';
import { writePacketMix } from '../../../bench/packet-mix.ts';
import { conversationsOf, packetRowsOf } from '../../../support/packet-session.ts';
import { workers } from '../../../support/workers.ts';
import { tempFolder, valueOf } from '../session/support.ts';

interface Scene {
  readonly engine: Engine;
  readonly capture: string;
  readonly packets: number;
  readonly start: () => Promise<{ readonly transferId: number; readonly shown: OpenSession }>;
  readonly state: (transferId: number) => TransferView['state'] | undefined;
}

/** An engine, and a capture that comes in more than one batch. */
async function scene(packetsMin = 100_000): Promise<Scene> {
  const folder = tempFolder();
  const capture = path.join(folder, 'busy.pcap');
  const { packets } = writePacketMix(capture, packetsMin);
  const engine = valueOf(
    await createEngine({
      ...{ dataDir: folder, upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [] },
      ...{ workers, controlPorts: () => [] },
    }),
  );
  onTestFinished(engine.close);
  const { startImport } = transferHandlers(engine);
  return {
    engine,
    capture,
    packets,
    start: async () => {
      const { transferId, showing } = valueOf(
        (await startImport({ path: capture }, null)) as Result<{
          transferId: number;
          showing: string | null;
        }>,
      );
      const shown = engine.sessions.list().find(({ session }) => session.path === showing);
      if (shown === undefined) throw new Error('The session that is filled is not open.');
      return { transferId, shown };
    },
    state: (transferId) => engine.transfers.list().find((each) => each.transferId === transferId)?.state,
  };
}

/** Resolves when packets were committed for the first time. */
function firstPackets({ session }: OpenSession): Promise<void> {
  return new Promise((resolve) => session.onPackets(resolve));
}

describe('a capture that is imported', () => {
  it('is shown while it is read', async () => {
    const { engine, packets, start, state } = await scene();
    const { transferId, shown } = await start();
    await firstPackets(shown);
    expect(state(transferId)).toBe('running');
    expect((await packetRowsOf(shown.session)).length).toBeGreaterThan(100);
    expect(valueOf(await engine.transfers.ended(transferId))).toMatchObject({
      path: shown.session.path,
      packets,
    });
    expect(shown.session.packetCounts().packets).toBe(packets);
    expect(engine.sessions.list()).toContain(shown);
  });

  it('leaves nothing when it is cancelled', async () => {
    const { engine, start } = await scene();
    const { transferId, shown } = await start();
    await firstPackets(shown);
    engine.transfers.cancel(transferId);
    expect(await engine.transfers.ended(transferId)).toMatchObject({ error: { code: 'cancelled' } });
    expect(engine.sessions.list()).toEqual([]);
    expect(fs.readdirSync(path.dirname(shown.session.path))).toEqual([]);
    expect(engine.settings.current().recentSessions).toEqual([]);
  });

  it('ends when its session is closed meanwhile', async () => {
    const { engine, start } = await scene();
    const { transferId, shown } = await start();
    await firstPackets(shown);
    valueOf(await engine.closeSession(shown.id));
    expect(await engine.transfers.ended(transferId)).toMatchObject({ error: { code: 'cancelled' } });
  });

  it('leaves nothing when it holds nothing', async () => {
    const { engine, capture, start } = await scene(1);
    fs.truncateSync(capture, 24);
    const { transferId, shown } = await start();
    expect(await engine.transfers.ended(transferId)).toMatchObject({ error: { code: 'nothing-imported' } });
    expect(engine.sessions.list()).toEqual([]);
    expect(fs.existsSync(shown.session.path)).toBe(false);
  });

  it('has conversations that are over while others are still read', async () => {
    const { start, state } = await scene(400_000);
    const { transferId, shown } = await start();
    await expect
      .poll(async () => (await conversationsOf(shown.session)).length, { interval: 10 })
      .toBeGreaterThan(0);
    expect(state(transferId)).toBe('running');
  });
});
