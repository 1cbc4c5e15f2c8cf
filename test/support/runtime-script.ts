import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { testElectron } from '../../build/electron-for-tests.ts';
import type { Runtime } from './plumbline.ts';
import { startProgram, type Program } from './program.ts';
import { scratchFolder } from './scratch.ts';

const electronApp = fileURLToPath(new URL('./electron-script', import.meta.url));

/** Starts a script as the engine runs: under this Node, or bundled in a utility process of Electron. */
export async function startScript(
  runtime: Runtime,
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  if (runtime === 'node') return startProgram(process.execPath, [script], env);
  const folder = scratchFolder();
  const electron = testElectron();
  const flags = ['--ozone-platform=headless', '--disable-gpu', `--user-data-dir=${folder}/profile`];
  return startProgram(electron.executable, [...electron.args, ...flags, electronApp], {
    ...electron.env,
    ...env,
    PLUMBLINE_TEST_SCRIPT: await bundled(script, folder),
  });
}

/** Electron's Node reads no TypeScript. */
async function bundled(script: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: script,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20.18',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'script.mjs' } },
    },
  });
  return path.join(folder, 'script.mjs');
}
