import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bootEngine } from '../../../electron/engine/boot.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { describeSessions } from '../../../electron/engine/services/services.ts';
import { tempFolder, valueOf } from './session/support.ts';
import { workers } from '../../support/workers.ts';
import { patienceMs } from '../../support/patience.ts';

/** Starts the program; `record` is null at a first start and not after a crash of the engine. */
async function start(dataDir: string, record: false | null = null): Promise<Engine> {
  const engine = valueOf(
    await bootEngine({
      ...{ dataDir, upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [] },
      ...{ workers, controlPorts: () => [], sessionRefused: 'fail', record },
      ...{ sessionPath: path.join(dataDir, 'recorded.plumb'), proxy: '127.0.0.1:0' },
    }),
  );
  onTestFinished(engine.close);
  return engine;
}

function keptIn(dataDir: string): readonly string[] {
  const file = path.join(dataDir, 'settings.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { openSessions?: string[] }).openSessions ?? [];
}

async function openBeside(engine: Engine, dataDir: string, names: readonly string[]): Promise<string[]> {
  const paths = names.map((name) => path.join(dataDir, name));
  for (const each of paths) valueOf(await engine.openSession({ path: each, mode: 'create' }));
  await vi.waitFor(() => expect(keptIn(dataDir)).toEqual(paths), patienceMs);
  return paths;
}

describe('a start of the program', () => {
  it('opens for reading what was open beside the recording, in the same order', async () => {
    const dataDir = tempFolder();
    const first = await start(dataDir);
    await openBeside(first, dataDir, ['one.plumb', 'two.plumb', 'three.plumb']);
    const [, , two] = first.sessions.list();
    valueOf(await first.closeSession(two?.id ?? 0));
    await vi.waitFor(() => expect(keptIn(dataDir)).toHaveLength(2), patienceMs);
    await first.close();

    const sessions = await describeSessions(await start(dataDir));
    expect(sessions.map(({ name, readOnly, recorded }) => ({ name, readOnly, recorded }))).toEqual([
      { name: 'recorded', readOnly: false, recorded: true },
      { name: 'one', readOnly: true, recorded: false },
      { name: 'three', readOnly: true, recorded: false },
    ]);
    expect(sessions.map(({ notice }) => notice)).toEqual([null, null, null]);
  });

  it('says in one line what is no longer there, and forgets it', async () => {
    const dataDir = tempFolder();
    const first = await start(dataDir);
    const [gone = '', spoilt = '', kept = ''] = await openBeside(first, dataDir, [
      'a.plumb',
      'b.plumb',
      'c.plumb',
    ]);
    await first.close();
    rmSync(gone);

    const second = await start(dataDir);
    const [recorded] = await describeSessions(second);
    expect(recorded?.notice).toMatch(
      /^A session that was open last time is not opened again: .*a\.plumb.*\.$/,
    );
    expect(second.recording().problem).toBeNull();
    await vi.waitFor(() => expect(keptIn(dataDir)).toEqual([spoilt, kept]), patienceMs);
    await second.close();
    rmSync(kept);
    writeFileSync(spoilt, 'no session');

    const third = await start(dataDir);
    const [alone, ...beside] = await describeSessions(third);
    expect(beside).toEqual([]);
    expect(alone?.notice).toBe(
      `2 sessions that were open last time are not opened again: ${spoilt}, ${kept}.`,
    );
    await vi.waitFor(() => expect(keptIn(dataDir)).toEqual([]), patienceMs);
  });

  it('leaves that to the window after a crash of the engine', async () => {
    const dataDir = tempFolder();
    const first = await start(dataDir);
    await openBeside(first, dataDir, ['one.plumb']);
    await first.close();
    const again = await start(dataDir, false);
    expect(again.sessions.list()).toHaveLength(1);
  });
});
