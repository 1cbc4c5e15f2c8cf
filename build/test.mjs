/**
 * `npm test`: sets up all that the tests need, then runs the static checks and every test. Each static check counts
 * as one test. The last line is `N passed, N failed, N skipped`. Arguments go to Vitest: `npm test -- test/core`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { asProgram, captureNode, ensureBuilt, ensureInstalled, note, root, run, runNode } from './setup.mjs';
import { staticSteps } from './steps.mjs';

/** Debian's packages that the tests need, each with its reason. */
const systemPackages = {
  xvfb: 'a display for Electron where there is none',
  xauth: 'xvfb-run needs it',
  dbus: 'Electron asks it for system settings',
  'libgtk-3-0': 'Electron’s windows',
  libnss3: 'Chromium’s certificates',
  libasound2: 'Chromium links to it',
  libgbm1: 'Chromium’s drawing',
  'libatk-bridge2.0-0': 'Chromium’s accessibility',
  'libatspi2.0-0': 'Chromium’s accessibility',
  libxss1: 'Electron’s idle time',
  libxtst6: 'Electron links to it',
  libnotify4: 'Electron’s notifications',
  'libsecret-1-0': 'Electron’s safe storage',
  libdrm2: 'Chromium’s drawing',
  libxshmfence1: 'Chromium’s drawing',
  'libnss3-tools': 'gives the phones of the tests a store of authorities',
  unzip: 'unpacks the Electron of the tests',
  gcc: 'compiles SQLite for the Electron of the tests',
  'g++': 'compiles better-sqlite3 for the Electron of the tests',
  chromium: 'a browser to send through the proxy',
  curl: 'a client to send through the proxy',
  openssl: 'a second opinion on our certificates',
  python3: 'a client and a server written by somebody else',
  'python3-requests': 'runs the snippets for it',
  'nginx-light': 'an HTTP/2 server written by somebody else',
  'nghttp2-client': 'HTTP/2 clients written by somebody else',
  mitmproxy: 'an upstream proxy written by somebody else',
  nftables: 'redirects connections in namespaces of the tests',
  iptables: 'does so where nft is not installed',
  iproute2: 'makes network namespaces, and names the owner of a connection',
  ethtool: 'takes away the offloads of interfaces of the tests',
  tcpdump: 'captures packets',
  tshark: 'a second opinion on packets',
  'libcap-dev': 'compiles the helper that starts it',
  'libcap2-bin': 'gives the helper of the tests its one right',
  strace: 'sees what the helper starts',
  'openssh-server': 'another machine to capture on',
  'openssh-client': 'reaches it',
  postgresql: 'a server of another protocol than HTTP',
  'mariadb-server': 'a server whose statements are read',
  'mariadb-client': 'sends them',
  'redis-server': 'a server whose commands are read',
};

/** @typedef {{ passed: number, failed: string[], skipped: string[] }} Totals */

/**
 * The part of Vitest's JSON report that is read here.
 * @typedef {{ name: string, status: string, message: string, assertionResults: { status: string, fullName: string }[] }} FileResult
 */

const resultFile = path.join(root, '.cache/test-results.json');

await asProgram(async () => {
  const args = process.argv.slice(2);
  await ensureSystemPackages();
  await ensureInstalled();
  await ensureBuilt();
  const prepared = await runNode(['build/electron-for-tests.ts']);
  if (prepared !== 0) return prepared;
  const checks = await runStaticSteps();
  const tests = await runVitest(args);
  return report(checks, tests);
});

/** Installs what is missing as root; else rejects with the one command that does. Only on Debian and its kin. */
async function ensureSystemPackages() {
  if (spawnSync('dpkg-query', ['--version']).status !== 0) return;
  const missing = Object.keys(systemPackages).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    const reasons = missing.map(
      (name) => `  ${name}: ${systemPackages[/** @type {keyof typeof systemPackages} */ (name)]}`,
    );
    throw new Error(
      `The tests need packages of the system:\n${reasons.join('\n')}\nInstall them with:\nsudo ${install.join(' ')}`,
    );
  }
  note(`Installing packages of the system: ${missing.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun(['apt-get', 'update', '--quiet=2'], env);
  await mustRun([...install, '--quiet=2'], env);
}

/**
 * By name, or by a package that stands for it: libraries have been renamed since (libgtk-3-0t64 provides libgtk-3-0).
 * @param {string} name
 */
function isInstalled(name) {
  const query = spawnSync(
    'dpkg-query',
    ['--show', '--showformat=${db:Status-Status}\n', name, `${name}t64`],
    { encoding: 'utf8' },
  );
  return query.stdout.split('\n').includes('installed');
}

/**
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
async function mustRun([program = '', ...args], env) {
  const code = await run(program, args, { stdio: ['ignore', 2, 2], env });
  if (code !== 0)
    throw new Error(`${program} ${args[0]} failed (exit code ${code}); its own words are above.`);
}

/** @returns {Promise<Totals>} */
async function runStaticSteps() {
  /** @type {Totals} */
  const totals = { passed: 0, failed: [], skipped: [] };
  for (const step of staticSteps) {
    const { code, output } = await captureNode(step.args);
    if (code !== 0) process.stdout.write(`${output}\n`);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'failed'} ${step.name}\n`);
    if (code === 0) totals.passed++;
    else totals.failed.push(step.name);
  }
  return totals;
}

/**
 * Vitest's own output goes to the screen while it runs; what it counts is read from its report afterwards.
 * @param {readonly string[]} args
 * @returns {Promise<Totals>}
 */
async function runVitest(args) {
  mkdirSync(path.dirname(resultFile), { recursive: true });
  rmSync(resultFile, { force: true });
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
  ];
  const code = await runNode([...vitest, ...args]);
  const totals = readTotals();
  // A process that died or an error outside of any test is in no test's result.
  if (code !== 0 && totals.failed.length === 0)
    totals.failed.push(`vitest ended with exit code ${code}; its own words are above`);
  return totals;
}

/** @returns {Totals} */
function readTotals() {
  /** @type {Totals} */
  const totals = { passed: 0, failed: [], skipped: [] };
  if (!existsSync(resultFile)) return totals;
  /** @type {{ testResults: FileResult[] }} */
  const { testResults } = JSON.parse(readFileSync(resultFile, 'utf8'));
  for (const file of testResults) {
    const name = path.relative(root, file.name);
    // A file that could not be loaded has no tests to fail.
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
      totals.failed.push(`${name}: ${file.message.split('\n')[0] ?? ''}`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') totals.passed++;
      else (test.status === 'failed' ? totals.failed : totals.skipped).push(`${name}: ${test.fullName}`);
    }
  }
  return totals;
}

/**
 * @param {readonly Totals[]} parts
 * @returns {number} the exit code
 */
function report(...parts) {
  const passed = parts.reduce((sum, part) => sum + part.passed, 0);
  const failed = parts.flatMap((part) => part.failed);
  const skipped = parts.flatMap((part) => part.skipped);
  const lines = [...failed.map((name) => `failed: ${name}`), ...skipped.map((name) => `skipped: ${name}`)];
  lines.push(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  // A test that is skipped proves nothing, so it counts as not passed.
  return passed > 0 && failed.length === 0 && skipped.length === 0 ? 0 : 1;
}
