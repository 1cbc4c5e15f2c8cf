import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyCommands, applyRules } from '../../../../electron/engine/system/apply-rules.ts';
import { ownCgroupCommands } from '../../../../electron/engine/system/own-cgroup.ts';
import { removeCommand } from '../../../../electron/engine/system/transparent-rules.ts';
import { startProgram, type Ended } from '../../../support/program.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const isRoot = process.geteuid?.() === 0;
const inOwnNetwork = isRoot ? ['-n'] : ['-Urn'];
const runnerFile = (name: string): string =>
  fileURLToPath(new URL(`../../../support/${name}`, import.meta.url));

function runInNetwork(...command: readonly string[]): Promise<Ended> {
  return startProgram('unshare', [...inOwnNetwork, ...command]).ended();
}

const four = '203.0.113.5 8080';
const six = '2001:db8:2::5 8080';
const clean = { troubles: [], left: '', ends: [null, null] };

describe('a machine whose connections are redirected', () => {
  let report: Record<string, unknown> = {};

  beforeAll(async () => {
    const runner = [process.execPath, runnerFile('transparent-runner.ts'), ...(isRoot ? ['--root'] : [])];
    const { stdout, stderr } = await runInNetwork(...runner);
    expect(stderr).toBe('');
    report = JSON.parse(stdout) as Record<string, unknown>;
  });

  it('takes what it forwards for others, refuses their QUIC, and lets its own connections be', () => {
    expect(report['forwarded']).toEqual({
      ...clean,
      said: 'served served served served reset ECONNREFUSED\n',
      came: [four, six],
      refused: 1,
      troubles: [
        "A connection to 10.1.0.1 was reset: it came to the port for redirected connections by itself. Programs that know about a proxy use the proxy's port.",
      ],
    });
  });

  it('leaves excluded networks alone', () => {
    expect(report['excluded']).toEqual({ ...clean, said: 'served served ', came: [six], refused: 0 });
  });

  it('takes those of one cgroup, of one user, or of all but the engine', () => {
    // Without root there is neither a second user nor a cgroup to be had.
    expect(Object.keys(report)).toEqual([
      'forwarded',
      'excluded',
      ...(isRoot ? ['cgroup', 'user', 'this machine', 'ends'] : []),
    ]);
    if (!isRoot) return;
    const said = 'served served served served ';
    const quic = { said: `${said}ECONNREFUSED\n`, refused: 1 };
    expect(report['cgroup']).toEqual({ ...clean, ...quic, came: [four, six] });
    expect(report['user']).toEqual({ ...clean, said, came: [four, six], refused: 0 });
    expect(report['this machine']).toEqual({ ...clean, ...quic, came: [four, six] });
    expect(report['ends']).toEqual([127, 143]);
  });
});

describe('rules of the machine', () => {
  it('are gone when who set them is killed', async () => {
    const script = `
      "$@" > said & holder=$!
      while ! grep -q . said; do sleep 0.01; done
      nft list tables; kill -9 $holder
      while [ -n "$(nft list tables)" ]; do sleep 0.01; done; cat said`;
    const runner = [process.execPath, runnerFile('rules-holder.ts')];
    const { stdout } = await runInNetwork(
      'sh',
      '-c',
      `cd "$1" && shift; ${script}`,
      'sh',
      scratchFolder(),
      ...runner,
    );
    expect(stdout).toBe('table inet plumbline\nheld\n');
  });

  it('are refused in one sentence when nft does not take them', async () => {
    const holder = [process.execPath, runnerFile('rules-holder.ts')];
    const bad = await runInNetwork(...holder, 'table inet plumbline {\n  chain one {\n nonsense\n }\n}\n');
    expect(bad.stdout).toMatch(/^rules-refused: nft did not take the rules \(syntax error, .*\)\. Kernels/);
    const twice = await runInNetwork(...holder, '--twice');
    expect(twice.stdout).toBe(
      'held\nrules-refused: nft may not set the rules: another Plumbline holds rules of its own, or this container may not set any. Stop the other one, or set them by hand.\n',
    );
  });

  it('are told as commands to somebody who is not root', async () => {
    expect(applyCommands('table inet plumbline { }\n')).toEqual({
      apply: "sudo nft -f - <<'END'\ntable inet plumbline { }\nEND",
      remove: 'sudo nft delete table inet plumbline',
    });
    const [make, move] = ownCgroupCommands(77);
    const folder = /^sudo mkdir -p (\/sys\/fs\/cgroup\/(?:unified\/)?plumbline)$/.exec(make ?? '')?.[1];
    expect(existsSync(folder?.replace(/plumbline$/, 'cgroup.procs') ?? '')).toBe(true);
    expect(move).toBe(`echo 77 | sudo tee ${folder ?? ''}/cgroup.procs`);
    if (isRoot) {
      const holder = [process.execPath, runnerFile('rules-holder.ts')];
      const wrapped = ['setpriv', '--reuid', '65534', '--clear-groups', ...holder];
      expect((await runInNetwork(...wrapped)).stdout).toContain(`needs-root: `);
    } else {
      expect(await applyRules('')).toMatchObject({ error: { code: 'needs-root' } });
    }
    expect(removeCommand).toContain('delete table inet plumbline');
  });

  it('come off with the command that is told', () => {
    const [, ...remove] = removeCommand.split(' ');
    const script = `nft add table inet plumbline && ${remove.join(' ')} && nft list tables`;
    const { status, stdout } = spawnSync('unshare', ['-Urn', 'sh', '-c', script], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });
});
