import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apexStore, systemStore } from '../../../../core/devices/adb-facts.ts';
import { scriptDone, storeScript } from '../../../../electron/engine/devices/adb/store-script.ts';
import { root } from '../../../support/program.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const hash = '0a1b2c3d';

/** What the script does to a made-up Android with a read-only system, a zygote and an app. */
function run(kind: 'plain' | 'module'): readonly string[] {
  const folder = scratchFolder();
  writeFileSync(path.join(folder, 'store.sh'), storeScript);
  writeFileSync(path.join(folder, 'ca.pem'), 'OURS\n');
  const android = path.join(root, 'test/support/fake-android.sh');
  const namespaces = ['-mpf', '--kill-child', '--propagation', 'private'];
  return execFileSync('unshare', [...namespaces, 'sh', android, folder, kind, hash], {
    encoding: 'utf8',
    timeout: 25_000,
  })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What all processes see in a folder at one time. */
function all(when: string, folder: string, files: string): readonly string[] {
  return ['init', 'zygote', 'app'].map((who) => `${when} ${who} ${folder}: ${files}`);
}

const ends = [
  ...['plumbline: Not a hash.', 'failed 1', 'plumbline: Neither install nor remove.', 'failed 1'],
  'left ca.pem store.sh',
];

describe('the script for the authorities of the system', () => {
  it('lays them and ours over their folder, once, and takes that away again', () => {
    const own = '11111111.0 22222222.0';
    const both = `${hash}.0 ${own} OURS`;
    const seen = run('plain').map((line) => line.replace(/\/proc\/\d+/g, ''));
    expect(seen).toEqual([
      ...all('before', systemStore, own),
      scriptDone,
      ...all('installed', systemStore, both),
      scriptDone,
      ...all('again', systemStore, both),
      ...['mounts 1', 'mode 644 0 755 0', scriptDone],
      ...all('removed', systemStore, own),
      'mounts /mounts:0 /mounts:0 /mounts:0',
      ...ends,
    ]);
  });

  it('lays those of the Conscrypt module and ours over both folders, for apps that run too', () => {
    const seen = run('module');
    const has = (when: string, folder: string) =>
      seen.filter((line) => line.startsWith(when) && line.includes(` ${folder}: `));
    const both = `${hash}.0 11111111.0 33333333.0 OURS`;
    for (const when of ['installed', 'again'])
      for (const folder of [systemStore, apexStore])
        expect(has(when, folder)).toEqual(all(when, folder, both));
    expect(has('removed', systemStore)).toEqual(all('removed', systemStore, '11111111.0 22222222.0'));
    expect(has('removed', apexStore)).toEqual(all('removed', apexStore, '11111111.0 33333333.0'));
    expect(seen).toContain('mounts 2');
    expect(seen.slice(-ends.length)).toEqual(ends);
  });
});
