import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import { readUdpCounts, type UdpCounts } from '../../../core/model/udp-counts.ts';
import { removeCommand } from './transparent-rules.ts';

/** Rules of the machine that this process holds. */
export interface AppliedRules {
  /** Resolves when they are gone: null after `remove`, else why. */
  readonly ended: Promise<Failure | null>;
  /** Datagrams refused so far; null where that is not counted. */
  readonly udpCounts: () => Promise<UdpCounts | null>;
  readonly remove: () => Promise<void>;
}

const folders = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/run/current-system/sw/bin'];
/** Never the caller's PATH: it runs as root. */
const cleanEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
const answerTimeoutMs = 5000;
const saidBytesMax = 65_536;

/** What a person types to set the rules by hand, and to take them back. */
export function applyCommands(rules: string): { readonly apply: string; readonly remove: string } {
  return { apply: `sudo nft -f - <<'END'\n${rules}END`, remove: removeCommand };
}

/**
 * Sets the rules of `transparentRules`. The kernel takes them back when this process ends, however it ends, so that no
 * machine is left without a network: nft holds the table as its owner (kernel 5.12 and later) for as long as its
 * standard input stays open. Failures: `needs-root`, `nft-missing`, `rules-refused`.
 */
export async function applyRules(rules: string): Promise<Result<AppliedRules>> {
  const nft = folders.map((folder) => `${folder}/nft`).find((file) => existsSync(file));
  if (nft === undefined) {
    return fail(
      'nft-missing',
      'To redirect connections, install the package nftables (Debian, Ubuntu: sudo apt install nftables; Fedora: sudo dnf install nftables).',
    );
  }
  if (process.geteuid?.() !== 0) {
    return fail(
      'needs-root',
      `Only root may set the rules. Set them by hand, and take them back afterwards with: ${removeCommand}`,
    );
  }
  // Its complaints go where its answers go, so that they come in order. The path is one of `folders`.
  const holder = spawn('/bin/sh', ['-c', `exec ${nft} -i 2>&1`], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: cleanEnv,
  });
  const said = await askNft(holder, `${oneLine(rules)}\nlist tables\n`);
  if (!said.includes(held) || said.includes('Error')) {
    holder.kill('SIGKILL');
    return fail('rules-refused', refusal(said));
  }
  let removing = false;
  const gone = new Promise<void>((resolve) => {
    if (holder.exitCode !== null || holder.signalCode !== null) resolve();
    holder.once('exit', () => resolve());
  });
  return succeed({
    ended: gone.then(() => (removing ? null : rulesGone)),
    udpCounts: () => countUdp(nft),
    remove: async () => {
      removing = true;
      holder.stdin.end();
      await gone;
    },
  });
}

const held = 'table inet plumbline';

const rulesGone: Failure = {
  code: 'rules-gone',
  message: 'The rules that redirect connections were taken back by somebody else. Set them again.',
};

function refusal(said: string): string {
  const line = said.split('\n').find((each) => each.includes('Error')) ?? 'it did not answer';
  return line.includes('Operation not permitted')
    ? 'nft may not set the rules: another Plumbline holds rules of its own, or this container may not set any. Stop the other one, or set them by hand.'
    : `nft did not take the rules (${line.replace(/^.*Error: /, '').trim()}). Kernels before 5.12 take them by hand only.`;
}

/** Interactive nft takes a line for a transaction. */
function oneLine(rules: string): string {
  const lines = rules
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines
    .map((line) => (line === 'table inet plumbline {' ? `${line} flags owner; ` : separated(line)))
    .join('');
}

function separated(line: string): string {
  return line.endsWith('{') ? `${line} ` : `${line}; `;
}

/** What it says until the table is listed, an error is, it ends, or the time is over. */
function askNft(nft: ChildProcess, question: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const done = (): void => {
      clearTimeout(timer);
      resolve(said);
    };
    const timer = setTimeout(done, answerTimeoutMs);
    nft.stdout?.on('data', (chunk: Buffer) => {
      if (said.length < saidBytesMax) said += chunk.toString('latin1');
      if (said.includes(`${held}\n`) || /Error.*\n/.test(said)) done();
    });
    nft.once('error', done);
    nft.once('exit', done);
    nft.stdin?.on('error', () => undefined);
    nft.stdin?.write(question);
  });
}

function countUdp(nft: string): Promise<UdpCounts | null> {
  return new Promise((resolve) => {
    const child = spawn(nft, ['-j', 'list', 'counters', 'table', 'inet', 'plumbline'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: cleanEnv,
      timeout: answerTimeoutMs,
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (said.length < saidBytesMax) said += chunk.toString('latin1');
    });
    child.once('error', () => resolve(null));
    child.once('close', () => resolve(parseCounts(said)));
  });
}

function parseCounts(text: string): UdpCounts | null {
  try {
    return readUdpCounts(JSON.parse(text));
  } catch {
    return null;
  }
}
