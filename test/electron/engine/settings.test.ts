import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSettings, type SettingsStore } from '../../../electron/engine/settings.ts';
import { codeOf, tempFolder, valueOf } from './session/support.ts';

const isPosix = process.platform !== 'win32';

async function storeIn(folder: string): Promise<SettingsStore> {
  const store = valueOf(await openSettings(folder));
  onTestFinished(store.close);
  return store;
}

function fileIn(folder: string): string {
  return path.join(folder, 'settings.json');
}

function read(folder: string): unknown {
  return JSON.parse(readFileSync(fileIn(folder), 'utf8'));
}

describe('the settings file', () => {
  it('holds what differs from the defaults, keeps what it does not know, and is the owner’s alone', async () => {
    const folder = tempFolder();
    writeFileSync(fileIn(folder), '{"colour": "mauve"}', { mode: 0o644 });
    const store = await storeIn(folder);
    valueOf(await store.update({ theme: 'dark', recordAtLaunch: true }));
    expect(read(folder)).toEqual({ colour: 'mauve', theme: 'dark' });
    if (isPosix) expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  it('is not made before something is set', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    valueOf(await store.update({ theme: null }));
    expect(existsSync(fileIn(folder))).toBe(false);
  });

  it.skipIf(!isPosix)('takes the rights of others away when an editor gave them', async () => {
    const folder = tempFolder();
    writeFileSync(fileIn(folder), '{}', { mode: 0o666 });
    await storeIn(folder);
    expect(statSync(fileIn(folder)).mode & 0o077).toBe(0);
  });

  it('refuses a value by the name of its setting and saves none of the change', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    const refused = await store.update({ theme: 'dark', bodyBytesMax: -1 });
    expect(refused.ok ? '' : refused.error.message).toMatch(/^Largest body kept \("bodyBytesMax"\)/);
    expect(store.current().theme).toBe('system');
    expect(existsSync(fileIn(folder))).toBe(false);
  });

  it('does not lose what two programs change at the same time', async () => {
    const folder = tempFolder();
    const [one, other] = [await storeIn(folder), await storeIn(folder)];
    valueOf(await one.update({ theme: 'dark' }));
    valueOf(await other.update({ density: 'compact' }));
    expect(read(folder)).toEqual({ theme: 'dark', density: 'compact' });
  });

  it('does many changes one after the other', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    const sizes = Array.from({ length: 20 }, (_, index) => index + 1);
    await Promise.all(sizes.map((bodyBytesMax) => store.update({ bodyBytesMax })));
    expect(read(folder)).toEqual({ bodyBytesMax: 20 });
  });

  it('is not opened when it is not valid, larger than 1 MB or no JSON', async () => {
    for (const text of ['{', '[]', '{"theme": "blue"}', JSON.stringify({ other: 'x'.repeat(1_000_000) })]) {
      const folder = tempFolder();
      writeFileSync(fileIn(folder), text);
      const opened = await openSettings(folder);
      expect(codeOf(opened)).toBe('settings-invalid');
      expect(opened.ok ? '' : opened.error.message).toMatch(/Correct it or move it away\.$/);
    }
  });

  it('says why nothing can be saved, and changes nothing', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    // A folder in the place of the temporary file: also root cannot write there.
    mkdirSync(`${fileIn(folder)}.${process.pid}.tmp`);
    expect(codeOf(await store.update({ theme: 'dark' }))).toBe('settings-unwritable');
    expect(store.current().theme).toBe('system');
  });
});

describe('a settings file that is edited by hand', () => {
  it('is read again, whether written in place, replaced or removed', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    writeFileSync(fileIn(folder), '{"theme": "dark"}');
    await vi.waitFor(() => expect(store.current().theme).toBe('dark'), 5000);
    writeFileSync(path.join(folder, 'new'), '{"theme": "light"}');
    renameSync(path.join(folder, 'new'), fileIn(folder));
    await vi.waitFor(() => expect(store.current().theme).toBe('light'), 5000);
    rmSync(fileIn(folder));
    await vi.waitFor(() => expect(store.current().theme).toBe('system'), 5000);
  });

  it('leaves the last good settings in force while it is not valid, and says so in one line', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    valueOf(await store.update({ theme: 'dark' }));
    writeFileSync(fileIn(folder), '{"theme": "blue"}');
    await vi.waitFor(() => expect(store.problem()).toMatch(/Theme \("theme"\): Choose one of/), 5000);
    expect(store.problem()).not.toContain('\n');
    expect(store.current().theme).toBe('dark');
    expect(codeOf(await store.update({ density: 'compact' }))).toBe('settings-invalid');
    expect(readFileSync(fileIn(folder), 'utf8')).toBe('{"theme": "blue"}');
    writeFileSync(fileIn(folder), '{"theme": "light"}');
    await vi.waitFor(() => expect(store.problem()).toBeNull(), 5000);
    expect(store.current().theme).toBe('light');
  });

  it('tells those who listen, once for a change', async () => {
    const folder = tempFolder();
    const store = await storeIn(folder);
    const told: string[] = [];
    store.onChanged((now, before) => told.push(`${before.theme} to ${now.theme}`));
    valueOf(await store.update({ theme: 'dark' }));
    writeFileSync(fileIn(folder), '{"theme": "light"}');
    await vi.waitFor(() => expect(told).toHaveLength(2), 5000);
    expect(told).toEqual(['system to dark', 'dark to light']);
  });
});
