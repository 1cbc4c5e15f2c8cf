/**
 * What the entry scripts share. Written for any Node ≥ 18: installs the packages, finds the Node that came with
 * them, and goes on under that one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { outdated } from './freshness.mjs';

/** The repository's folder, absolute. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Our own Node runs TypeScript as it is from this version on. */
const oldestNode = [22, 18];

/**
 * Installs the packages of package-lock.json unless exactly those are there. Says what it does on standard error.
 * @returns {Promise<void>} rejects with a sentence for a person when it cannot
 */
export async function ensureInstalled() {
  if (!isInstalled()) {
    note('Installing the packages of package-lock.json …');
    const npm = npmCommand();
    // Standard output belongs to the command that was asked for, so npm's own goes to standard error.
    const code = await run(
      npm.command,
      [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        stdio: ['ignore', 2, 2],
        env: { ...process.env, PATH: pathWithoutLocalNode() },
        shell: npm.shell,
      },
    );
    if (code !== 0) throw new Error(`npm ci failed (exit code ${code}); its own words are above.`);
  }
  linkLocalNode();
}

/**
 * Builds dist/ unless nothing changed since the last build. Says what it does on standard error.
 * @param {readonly string[]} [args] arguments of bundle.ts
 * @returns {Promise<void>} rejects with a sentence for a person when it cannot
 */
export async function ensureBuilt(args = []) {
  if (args.length === 0 && outdated(root).length === 0) return;
  const code = await runNode(['build/bundle.ts', ...args], { stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new Error('The build failed; the reason is above.');
}

const parentCheckMs = 250;

/** @type {string | undefined} */
let foundNode;

/**
 * The Node the program runs on: the one among the installed packages, else the running one if it is new enough.
 * @returns {string} absolute path; throws a sentence for a person when there is none
 */
export function localNode() {
  foundNode ??= packagedNode() ?? runningNode();
  return foundNode;
}

/**
 * Runs a program to its end and hands on the signals that should end it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] by default it shares our streams
 * @returns {Promise<number>} its exit code, 128 + the signal's number when a signal ended it, 127 if it cannot start
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', windowsHide: true, ...options });
    const stopForwarding = forwardSignals(child);
    child.on('error', (error) => {
      stopForwarding();
      note(`${command} cannot be started: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]));
    });
  });
}

/**
 * `run` under the local Node.
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function runNode(args, options = {}) {
  const node = localNode();
  return run(node, [...nodeFlags, ...args], { ...options, env: nodeEnv(options.env) });
}

/**
 * Runs a script under the local Node and keeps what it prints, at most 16 MiB of it.
 * @param {readonly string[]} args
 * @param {number} [timeoutMs] ended by SIGTERM after this time
 * @returns {Promise<{ code: number, output: string }>}
 */
export function captureNode(args, timeoutMs = 0) {
  return new Promise((resolve) => {
    const child = spawn(localNode(), [...nodeFlags, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: nodeEnv(process.env),
      timeout: timeoutMs,
    });
    const stopForwarding = forwardSignals(child);
    /** @type {Buffer[]} */
    const parts = [];
    let bytes = 0;
    /** @param {Buffer} part */
    const keep = (part) => {
      bytes += part.length;
      if (bytes <= 16 * 1024 * 1024) parts.push(part);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      stopForwarding();
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code, signal) => {
      stopForwarding();
      const ended = code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]);
      resolve({ code: ended, output: Buffer.concat(parts).toString('utf8') });
    });
  });
}

/**
 * The body of an entry script: its exit code becomes ours, what went wrong is one line without a stack.
 * @param {() => Promise<number>} body
 */
export async function asProgram(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/** @param {string} line */
export function note(line) {
  process.stderr.write(`${line}\n`);
}

/** Node 22 still announces on every run that it strips types; later ones do not know the warning and do not mind. */
const nodeFlags = ['--disable-warning=ExperimentalWarning'];

/**
 * For our own programs: V8 compiles and collects garbage on four threads beside those that work, whatever the machine has. Where they have to share
 * processors, each wait of a working thread costs more than they bring.
 */
export const programFlags = [`--v8-pool-size=${Math.min(4, Math.max(1, os.availableParallelism() - 1))}`];

/**
 * True if node_modules holds what package-lock.json says. npm writes its own record of what it installed as the
 * last step of an installation, so an interrupted one is not taken for a whole one.
 */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (wanted === null)
    throw new Error('package-lock.json is missing or unreadable; is this a whole copy of the repository?');
  if (present === null) return false;
  for (const [name, { version, optional, link }] of Object.entries(wanted)) {
    if (name === '' || link === true) continue;
    const found = present[name];
    if (found === undefined ? optional !== true : found.version !== version) return false;
  }
  return Object.keys(present).every((name) => name in wanted);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }> | null}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

/** @returns {string | undefined} */
function packagedNode() {
  return nodePackagePaths().find((file) => existsSync(file) && runs(file));
}

/** Where the optional dependencies put a Node for this platform. */
function nodePackagePaths() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return ['node', 'node-bin'].map((prefix) =>
    path.join(root, 'node_modules', `${prefix}-${platform}-${process.arch}`, file),
  );
}

function runningNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return process.execPath;
  throw new Error(
    `Plumbline needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}, and no newer one comes as a package for ${process.platform} on ${process.arch}.`,
  );
}

/** @param {string} file */
function runs(file) {
  return spawnSync(file, ['--version'], { stdio: 'ignore', windowsHide: true }).status === 0;
}

/** npm 10 does not link a package's program called `node`; with the link every script of package.json finds it first. */
function linkLocalNode() {
  const link = path.join(root, 'node_modules/.bin/node');
  const target = packagedNode();
  if (process.platform === 'win32' || target === undefined || existsSync(link)) return;
  mkdirSync(path.dirname(link), { recursive: true });
  try {
    symlinkSync(path.relative(path.dirname(link), target), link);
  } catch {
    // Another command made it at the same moment, or the folder cannot be written: only convenience is lost.
  }
}

/**
 * The npm that started us, run by the Node that it runs on; else the one on the PATH. Never under the local Node:
 * `npm ci` removes that first.
 */
export function npmCommand() {
  const { npm_execpath: npmFile, npm_node_execpath: npmNode } = process.env;
  const local = path.join(root, 'node_modules') + path.sep;
  if (npmFile?.endsWith('npm-cli.js') === true && npmNode !== undefined && !npmNode.startsWith(local)) {
    return { command: npmNode, args: [npmFile], shell: false };
  }
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

function pathWithoutLocalNode() {
  const local = path.join(root, 'node_modules');
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(local))
    .join(path.delimiter);
}

/**
 * The local Node first on the PATH, so that scripts started by scripts run on it too.
 * @param {NodeJS.ProcessEnv} [env]
 */
function nodeEnv(env = process.env) {
  return { ...env, PATH: path.dirname(localNode()) + path.delimiter + (env['PATH'] ?? '') };
}

/**
 * Keeps us alive until the child has ended, and tells it once of each signal that came. A terminal sends Ctrl-C to
 * the whole group itself, so there SIGINT is not sent a second time. A signal sent to npm ends the shell between npm
 * and us without reaching us; our parent's end stands for it.
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  const forwarded = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  /** @type {Set<NodeJS.Signals>} */
  const sent = new Set();
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (sent.has(signal) || (signal === 'SIGINT' && process.stdin.isTTY)) return;
    sent.add(signal);
    child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) forward('SIGTERM');
  }, parentCheckMs);
  return () => {
    clearInterval(watch);
    for (const signal of forwarded) process.off(signal, forward);
  };
}
