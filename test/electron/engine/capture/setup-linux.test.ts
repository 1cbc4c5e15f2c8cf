import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTrustedBuilt, isTrustedInstalled } from '../../../../electron/engine/capture/helper-file.ts';
import { runSetup } from '../../../../electron/engine/capture/run-setup.ts';
import {
  linuxAbility,
  linuxInstall,
  linuxUninstall,
  type LinuxSystem,
} from '../../../../electron/engine/capture/setup-linux.ts';
import { builtHelper, helperCopy } from '../../../support/capture-helper.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const places = { installed: '/nowhere/plumbline/plumbline-capture', built: builtHelper };
const person: LinuxSystem = {
  isRoot: false,
  groupId: 1000,
  hasSetcap: true,
  hasTcpdump: true,
  hasTerminal: false,
  pkexec: '/usr/bin/pkexec',
  sudo: '/usr/bin/sudo',
  hasApt: true,
  isBuilt: true,
};

/** A helper that may not capture, since nobody gave it the right. */
function withoutRight(): typeof places {
  const script = path.join(scratchFolder(), 'plumbline-capture');
  writeFileSync(script, `#!/bin/sh\necho '{"allowed":false,"tcpdump":null,"interfaces":[]}'\n`, {
    mode: 0o755,
  });
  return { ...places, built: script };
}

describe('installing the helper on Linux', () => {
  it('is one fixed script, which gets the helper through its standard input', () => {
    const made = linuxInstall(person, places);
    expect(made?.command.slice(0, 3)).toEqual(['/usr/bin/pkexec', '/bin/sh', '-c']);
    expect(made?.command.slice(4)).toEqual(['plumbline', '1000']);
    expect(made?.input()).toEqual(readFileSync(builtHelper));
    const script = made?.command[3] ?? '';
    expect(script).toContain('setcap cap_net_raw=p');
    expect(script).toContain('chmod 0750');
    expect(script).not.toContain(builtHelper);
  });

  it('asks on the terminal where there is one, and nobody as root', () => {
    expect(linuxInstall({ ...person, hasTerminal: true }, places)?.command.slice(0, 3)).toEqual([
      ...['/usr/bin/sudo', '--', '/bin/sh'],
    ]);
    expect(linuxInstall({ ...person, isRoot: true }, places)?.command[0]).toBe('/bin/sh');
    expect(linuxUninstall({ ...person, isRoot: true })?.command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(linuxInstall({ ...person, pkexec: null }, places)).toBeNull();
  });

  it.each([
    [126, 'not-allowed'],
    [127, 'not-allowed'],
    [1, 'cannot-install'],
  ])('fails when the program that asks gives %i', async (code, failure) => {
    const command = ['/bin/sh', '-c', `cat > /dev/null; echo 'No room left' >&2; exit ${code}`];
    const done = await runSetup({ command, input: () => new Uint8Array(100_000) });
    expect(done).toMatchObject({ ok: false, error: { code: failure } });
    if (failure === 'cannot-install') {
      expect(done).toMatchObject({ error: { message: 'The system did not do it: No room left' } });
    }
  });
});

describe('whether packets can be captured', () => {
  it('is offered in plain words, with the commands that do it', async () => {
    const ability = await linuxAbility(withoutRight(), person);
    expect(ability).toMatchObject({ state: 'not-installed', canInstall: true, removeSteps: [] });
    expect(ability.explanation).toMatch(/^To see packets takes a right that ordinary programs do not have\./);
    expect(ability.steps.at(-1)).toBe('sudo setcap cap_net_raw=p /nowhere/plumbline/plumbline-capture');
  });

  it('is offered as commands only where nothing can ask for a password', async () => {
    const ability = await linuxAbility(withoutRight(), { ...person, pkexec: null });
    expect(ability).toMatchObject({ state: 'not-installed', canInstall: false });
    expect(ability.steps).toHaveLength(5);
  });

  it('names the package that is missing', async () => {
    const system = { ...person, hasTcpdump: false };
    expect(await linuxAbility(withoutRight(), system)).toMatchObject({
      state: 'not-installed',
      canInstall: false,
      steps: ['sudo apt-get install tcpdump'],
    });
    const noSetcap = await linuxAbility(withoutRight(), { ...person, hasSetcap: false });
    expect(noSetcap.canInstall).toBe(false);
    expect(noSetcap.steps[0]).toBe('sudo apt-get install libcap2-bin');
  });

  it('is impossible without a helper, and says how to get one', async () => {
    const built = { ...places, built: '/nowhere/plumbline-capture' };
    const ability = await linuxAbility(built, { ...person, isBuilt: false });
    expect(ability).toMatchObject({ state: 'impossible', canInstall: false, steps: [] });
    expect(ability.explanation).toContain('sudo apt install gcc libcap-dev');
  });

  it('is so for root, who may install the helper for the person behind sudo', async () => {
    const root = { ...person, isRoot: true, groupId: 0 };
    expect(await linuxAbility(places, root)).toMatchObject({ state: 'ready', canInstall: false, steps: [] });
    const sudo = await linuxAbility(places, { ...root, groupId: 1000 });
    expect(sudo).toMatchObject({ state: 'ready', canInstall: true });
    expect(sudo.interfaces.find(({ name }) => name === 'lo')).toMatchObject({
      kind: 'loopback',
      description: 'Loopback: this computer to itself',
    });
  });
});

describe('a helper is trusted', () => {
  it('where only root could have put it', () => {
    const folder = execFileSync('mktemp', ['-d', '/usr/local/lib/plumbline-test-XXXXXX'], {
      encoding: 'utf8',
    }).trim();
    try {
      chmodSync(folder, 0o755);
      const file = path.join(folder, 'helper');
      copyFileSync(builtHelper, file);
      chmodSync(file, 0o750);
      expect(isTrustedInstalled(file)).toBe(true);
      chmodSync(file, 0o770);
      expect(isTrustedInstalled(file)).toBe(false);
      chmodSync(file, 0o757);
      expect(isTrustedInstalled(file)).toBe(false);
      chmodSync(file, 0o755);
      chownSync(file, 65_534, 65_534);
      expect(isTrustedInstalled(file)).toBe(false);
      chownSync(file, 0, 0);
      chmodSync(folder, 0o777);
      expect(isTrustedInstalled(file)).toBe(false);
      chmodSync(folder, 0o755);
      symlinkSync(file, path.join(folder, 'link'));
      expect(isTrustedInstalled(path.join(folder, 'link'))).toBe(false);
      expect(isTrustedInstalled(path.join(folder, 'missing'))).toBe(false);
    } finally {
      spawnSync('rm', ['-rf', folder]);
    }
  });

  it('not in a folder that anybody may write to', () => {
    expect(isTrustedInstalled(helperCopy())).toBe(false);
  });

  it('beside the program unless others may change it', () => {
    const folder = path.join(scratchFolder(), 'native');
    mkdirSync(folder);
    const file = path.join(folder, 'plumbline-capture');
    copyFileSync(builtHelper, file);
    chmodSync(file, 0o755);
    expect(isTrustedBuilt(file)).toBe(true);
    chmodSync(file, 0o775);
    expect(isTrustedBuilt(file)).toBe(false);
    chmodSync(file, 0o755);
    chownSync(file, 65_534, 65_534);
    expect(isTrustedBuilt(file)).toBe(false);
  });
});
