/**
 * The `default_app` of the test Electron: runs the app folder or file named first on the command line, as Electron's
 * own does. Options before it: `-r MODULE` loads a module first (Playwright hooks in so), `--version` prints it.
 * Electron is not ready before this module has been run to its end, so the app's first steps come before that too.
 */
import { app } from 'electron';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** Methods that Electron keeps for its own default app. */
const hidden =
  /** @type {typeof app & { setAppPath(path: string): void, setVersion(version: string): void }} */ (app);

/**
 * The app folder or file on the command line, and the modules to load before it.
 * @param {readonly string[]} args
 * @returns {{ version?: true, target?: string, modules: string[] }}
 */
function parse(args) {
  const modules = /** @type {string[]} */ ([]);
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--version' || arg === '-v') return { version: true, modules };
    if (arg === '-r' || arg === '--require') modules.push(path.resolve(args[++index] ?? ''));
    else if (!arg.startsWith('-')) return { target: path.resolve(arg), modules };
  }
  return { modules };
}

/**
 * Takes the app's name and version from its package.json; returns the file to run.
 * @param {string} target
 */
function introduce(target) {
  if (!fs.statSync(target).isDirectory()) {
    hidden.setAppPath(path.dirname(target));
    return target;
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(target, 'package.json'), 'utf8'));
  app.setName(manifest.productName ?? manifest.name);
  hidden.setVersion(manifest.version ?? '0.0.0');
  hidden.setAppPath(target);
  return path.join(target, manifest.main ?? 'index.js');
}

/**
 * @param {string} line
 * @param {number} code
 * @returns {never}
 */
function end(line, code) {
  (code === 0 ? process.stdout : process.stderr).write(`${line}\n`);
  process.exit(code);
}

const { version, target, modules } = parse(process.argv.slice(1));
if (version) end(`v${process.versions.electron}`, 0);
if (target === undefined) end('Name the folder of an app.', 1);
// As in Electron's own: an app asks it when it registers itself for a protocol.
Object.defineProperty(process, 'defaultApp', { value: true });
for (const module of modules) require(module);
try {
  await import(pathToFileURL(introduce(target)).href);
} catch (error) {
  end(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}
