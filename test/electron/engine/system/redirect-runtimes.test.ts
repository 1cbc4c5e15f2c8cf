import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { testElectron } from '../../../../build/electron-for-tests.ts';
import { hasRuntime, runtimes, type Runtime } from '../../../support/plumbline.ts';
import { startProgram, type Program } from '../../../support/program.ts';
import { helperPath } from '../../../support/redirect.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const scenario = fileURLToPath(new URL('../../../support/redirect-scenario.ts', import.meta.url));
const electronApp = fileURLToPath(new URL('../../../support/electron-script', import.meta.url));

/** Electron's Node reads no TypeScript. */
async function bundled(folder: string): Promise<string> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: scenario,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20.18',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'scenario.mjs' } },
    },
  });
  return path.join(folder, 'scenario.mjs');
}

async function play(runtime: Runtime): Promise<Program> {
  const env = { PLUMBLINE_TEST_HELPER: helperPath };
  if (runtime === 'node') return startProgram(process.execPath, [scenario], env);
  const folder = scratchFolder();
  const electron = testElectron();
  const flags = ['--ozone-platform=headless', '--disable-gpu', `--user-data-dir=${folder}/profile`];
  return startProgram(electron.executable, [...electron.args, ...flags, electronApp], {
    ...electron.env,
    ...env,
    PLUMBLINE_TEST_SCRIPT: await bundled(folder),
  });
}

describe.each(runtimes.filter(hasRuntime))('sockets handed over in %s', (runtime) => {
  it('answer, end and reset as they are told, and say how the client ended', async () => {
    const played = await play(runtime);
    const { stdout, stderr } = await played.ended();
    expect(stderr.split('\n').filter((line) => line.includes('Error'))).toEqual([]);
    const said = JSON.parse(stdout) as { node: string; exitCode: number; seen: string[]; client: string };
    expect(said.node.split('.')[0]).toBe(runtime === 'node' ? process.versions.node.split('.')[0] : '20');
    expect(JSON.parse(said.client)).toEqual({
      answers: 100,
      'half closed': 'after the end',
      reset: 'reset',
    });
    expect(said.seen).toEqual(['203.0.113.7 1 end', '203.0.113.7 3 ECONNRESET']);
    expect(said.exitCode).toBe(0);
  });
});
