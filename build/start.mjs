/**
 * `npm start`: installs and builds what is missing, then opens the app: on the desktop if Electron runs here, else
 * the same app in the browser, saying what is missing. Further arguments go to whichever it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { asProgram, captureNode, ensureBuilt, ensureInstalled, note, root, run, runNode } from './setup.mjs';

const electronFolder = path.join(root, 'node_modules/electron');

/** A download that has not ended by then is given up. */
const downloadMinutesMax = 10;
/** An app that ends at once takes half a second; a machine this slow cannot show a window either. */
const probeMsMax = 30_000;

await asProgram(async () => {
  const args = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const electron = await findElectron(args);
  if ('file' in electron) return await run(electron.file, [root, ...args]);
  note(
    `The desktop window cannot open here: ${electron.missing}. The same app opens in your browser instead.`,
  );
  return await runNode(['dist/cli/cli.js', 'serve', ...args]);
});

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ file: string } | { missing: string }>} the program, or what is missing and why
 */
async function findElectron(args) {
  if (!hasDisplay()) return { missing: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  if (isRoot() && !args.includes('--no-sandbox')) {
    return { missing: 'Electron does not run as root, because its sandbox cannot' };
  }
  const file = electronFile();
  if (!existsSync(file)) {
    const failure = await downloadElectron();
    if (failure !== null) return { missing: failure };
  }
  const failure = whyNotRunning(file, args);
  return failure === null ? { file } : { missing: failure };
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}

function isRoot() {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Where Electron's package puts its program, and where ELECTRON_OVERRIDE_DIST_PATH says another one is. */
function electronFile() {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(electronFolder, 'dist');
  if (process.platform === 'darwin') return path.join(folder, 'Electron.app/Contents/MacOS/Electron');
  return path.join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron');
}

/** @returns {Promise<string | null>} why it failed */
async function downloadElectron() {
  const version = electronVersion();
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined) {
    return 'ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron';
  }
  note(`Downloading Electron ${version} (about 110 MB, once) …`);
  const { code, output } = await captureNode(
    [path.join(electronFolder, 'install.js')],
    downloadMinutesMax * 60_000,
  );
  if (code === 0 && existsSync(electronFile())) return null;
  const reason = code === 0 ? 'its installer left no program behind' : downloadFailure(output);
  return `Electron ${version} could not be downloaded (${reason})`;
}

/** @param {string} output what Electron's installer printed, a stack trace mostly */
function downloadFailure(output) {
  const line = output.split('\n').find((text) => /error/i.test(text)) ?? output.split('\n')[0] ?? '';
  const reason = line.replace(/^\s*(\w*Error:\s*)+/, '').trim();
  return reason === '' ? `no answer within ${downloadMinutesMax} minutes` : reason;
}

/**
 * Starts an app that ends at once: a missing system library, a forbidden sandbox and a dead display show here.
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {string | null} why it does not run
 */
function whyNotRunning(file, args) {
  const sandbox = args.includes('--no-sandbox') ? ['--no-sandbox'] : [];
  const probe = spawnSync(file, [...sandbox, path.join(root, 'build/electron-probe.cjs')], {
    encoding: 'utf8',
    timeout: probeMsMax,
    windowsHide: true,
  });
  if (probe.status === 0) return null;
  const library = /loading shared libraries: ([^:]+):/.exec(probe.stderr)?.[1];
  if (library !== undefined) return `Electron misses the system library ${library}`;
  if (/missing x server|failed to initialize/i.test(probe.stderr)) return 'the display does not answer';
  if (/sandbox/i.test(probe.stderr)) return 'this system does not allow Electron its sandbox';
  const words = probe.stderr.trim().split('\n').at(-1) ?? '';
  return `Electron does not start (${words === '' ? (probe.error?.message ?? `exit code ${probe.status}`) : words})`;
}

function electronVersion() {
  return JSON.parse(readFileSync(path.join(electronFolder, 'package.json'), 'utf8')).version;
}
