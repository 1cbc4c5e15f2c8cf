import type { Server } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { runCli, startCli } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { drive, startPlainOrigin } from '../../support/steady-driver.ts';

const perSecond = 1000;
const sessions = 4;
const killsPerSession = 5;
/** What ended longer than this before the kill must be there. */
const mayLoseMs = 1000;
/** The kills come at other moments of the engine's 50 ms tick each time. */
const laterMs = (kill: number): number => kill * 37;
/** Below this a run proves nothing. */
const heldMin = 100;

let origin: { readonly port: number; readonly server: Server };

beforeAll(async () => {
  origin = await startPlainOrigin();
});
afterAll(() => {
  origin.server.close();
});

/** Records until the kill; gives when each exchange ended, and when the kill was. */
async function recordUntilKilled(session: string, dataDir: string, from: number, kill: number) {
  const program = startCli([
    ...['record', '--session', session, '--data-dir', dataDir, '--proxy', '127.0.0.1:0'],
  ]);
  onTestFinished(program.dispose);
  const [line] = await program.says(/^\{"event":"ready".*\}$/m);
  const port = Number((JSON.parse(line) as { proxy: string }).proxy.split(':')[1]);
  const driver = await drive({ host: '127.0.0.1', port }, origin.port, perSecond, from);
  const old = (): number[] => [...driver.endedAtMs.values()].filter((atMs) => atMs < Date.now() - mayLoseMs);
  await vi.waitUntil(() => old().length > heldMin, { timeout: 20_000, interval: 20 });
  await delay(laterMs(kill));
  const killedAtMs = Date.now();
  program.child.kill('SIGKILL');
  expect((await program.ended()).signal).toBe('SIGKILL');
  driver.stop();
  return { endedAtMs: driver.endedAtMs, killedAtMs };
}

describe.each(Array.from({ length: sessions }, (_, index) => index))('session %i', (session) => {
  it(
    'opens after each kill with every exchange that ended a second before it, none of them open',
    { timeout: 90_000 },
    async ({ annotate }) => {
      const folder = scratchFolder();
      const file = path.join(folder, 'killed.plumb');
      const mustBeThere = new Set<string>();
      for (let run = 0; run < killsPerSession; run++) {
        const from = run * 1_000_000;
        const kill = session * killsPerSession + run;
        const { endedAtMs, killedAtMs } = await recordUntilKilled(file, folder, from, kill);
        const old = [...endedAtMs].filter(([, atMs]) => atMs < killedAtMs - mayLoseMs);
        expect(old.length).toBeGreaterThan(heldMin);
        for (const [number] of old) mustBeThere.add(`/${number}`);

        const listed = await runCli(['exchanges', file, '--json']);
        expect({ code: listed.code, stderr: listed.stderr }).toEqual({ code: 0, stderr: '' });
        const rows = listed.stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as ExchangeJson);
        const done = rows.filter(({ state, status }) => state === 'done' && status === 200);
        const there = new Set(done.map(({ url }) => new URL(url).pathname));
        expect([...mustBeThere].filter((each) => !there.has(each))).toEqual([]);
        expect(rows.filter(({ state }) => state === 'open')).toEqual([]);
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
        const ended = [...endedAtMs.keys()];
        const lost = ended.filter((number) => !there.has(`/${number}`)).length;
        await annotate(`Kill ${kill}: ${ended.length} ended, ${old.length} had to be kept, ${lost} lost.`);
      }
    },
  );
});
