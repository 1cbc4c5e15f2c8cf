import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAdb } from '../../../../electron/engine/devices/adb/find-adb.ts';
import { createRunAdb } from '../../../../electron/engine/devices/adb/run-adb.ts';
import { scratchFolder } from '../../../support/scratch.ts';

function program(folder: string, script: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'adb');
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode });
  return file;
}

describe('the program adb', () => {
  it('is that of PATH, then of the SDK that is named, then of the usual places', async () => {
    const home = scratchFolder();
    const find = (env: Record<string, string>, platform = 'linux') => findAdb({ platform, env, home });
    expect(await find({ PATH: '/nowhere' })).toBeNull();
    const usual = program(path.join(home, 'Android/Sdk/platform-tools'), '');
    expect(await find({ PATH: '/nowhere' })).toBe(usual);
    const mac = program(path.join(home, 'Library/Android/sdk/platform-tools'), '');
    expect(await find({}, 'darwin')).toBe(mac);
    const root = program(path.join(home, 'root/platform-tools'), '');
    expect(await find({ ANDROID_SDK_ROOT: path.join(home, 'root') })).toBe(root);
    const named = program(path.join(home, 'named/platform-tools'), '');
    const variables = { ANDROID_HOME: path.join(home, 'named'), ANDROID_SDK_ROOT: path.join(home, 'root') };
    expect(await find(variables)).toBe(named);
    const first = program(path.join(home, 'bin'), '');
    expect(await find({ ...variables, PATH: `relative::${path.join(home, 'bin')}` })).toBe(first);
  });

  it('can be run, and is no folder', async () => {
    const home = scratchFolder();
    program(path.join(home, 'a'), '', 0o644);
    mkdirSync(path.join(home, 'b/adb'), { recursive: true });
    const env = { PATH: `${home}/a:${home}/b` };
    expect(await findAdb({ platform: 'linux', env, home })).toBeNull();
  });
});

describe('a run of adb', () => {
  it('is told with its code and both outputs, and no shell sees its arguments', async () => {
    const run = createRunAdb(program(scratchFolder(), 'printf "%s|" "$@"; echo no >&2; exit 3'), {});
    expect(await run(['a b', '$(id)', ';x'], 5000)).toEqual({
      ...{ end: 'exit', code: 3, stdout: 'a b|$(id)|;x|', stderr: 'no\n' },
    });
  });

  it('ends in time, whoever holds its outputs open', async () => {
    const server = createRunAdb(program(scratchFolder(), 'echo up; sleep 30 & exit 0'), process.env);
    const startedMs = performance.now();
    expect(await server([], 5000)).toMatchObject({ end: 'exit', code: 0, stdout: 'up\n' });
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    const slow = createRunAdb(program(scratchFolder(), 'echo begun; exec sleep 30'), process.env);
    expect(await slow([], 2000)).toMatchObject({ end: 'timeout', code: null, stdout: 'begun\n' });
  });

  it('keeps a bounded part of what it prints, and may not start at all', async () => {
    const much = createRunAdb(program(scratchFolder(), 'head -c 3000000 /dev/zero'), process.env);
    expect((await much([], 10_000)).stdout).toHaveLength(256 * 1024);
    expect(await createRunAdb('/nowhere/adb', {})([], 1000)).toMatchObject({ end: 'gone' });
  });
});
