import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noDeviceFacts } from '../../../../core/devices/device-facts.ts';
import {
  loadDevices,
  noDevices,
  saveDevices,
  type DeviceFile,
} from '../../../../electron/engine/devices/device-file.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const file: DeviceFile = {
  version: 1,
  port: 8888,
  network: 'wlan0',
  known: ['192.168.1.0/24'],
  devices: [
    {
      id: 'a1',
      name: 'Pixel 8',
      system: 'Android 14 · Pixel 8',
      userAgent: 'Mozilla/5.0',
      address: '192.168.1.20',
      hardware: '02:00:00:00:00:01',
      pairedAtUs: 1,
      seenAtUs: 2,
      facts: { ...noDeviceFacts, refusals: [{ host: 'bank.test', how: 'closed', atUs: 3, count: 1 }] },
    },
  ],
  former: [],
};

describe('the file of paired devices', () => {
  it('gives back what was saved, and is for its owner only', async () => {
    const folder = scratchFolder();
    expect(await loadDevices(folder)).toEqual({ file: noDevices, problem: null });
    expect(await saveDevices(folder, file)).toBeNull();
    expect(await loadDevices(folder)).toEqual({ file, problem: null });
    expect(statSync(path.join(folder, 'devices.json')).mode & 0o777).toBe(0o600);
  });

  it('is put aside when it cannot be used, and nothing of it is lost', async () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"version":2}',
      JSON.stringify({ ...file, port: 0 }),
      '\u0000'.repeat(99),
    ]) {
      const folder = scratchFolder();
      const place = path.join(folder, 'devices.json');
      writeFileSync(place, text);
      const { file: read, problem } = await loadDevices(folder);
      expect(read).toEqual(noDevices);
      expect(problem).toMatch(/is damaged\. It was kept as .*\.unusable\. Pair the devices again\.$/);
      expect(existsSync(place)).toBe(false);
      expect(readFileSync(`${place}.unusable`, 'utf8')).toBe(text);
    }
  });

  it('keeps a device whose facts cannot be read', async () => {
    const folder = scratchFolder();
    const [device] = file.devices;
    const facts = { ...noDeviceFacts, plain: { host: 'x'.repeat(301), atUs: 1 } };
    writeFileSync(
      path.join(folder, 'devices.json'),
      JSON.stringify({ ...file, devices: [{ ...device, facts }] }),
    );
    const { file: read, problem } = await loadDevices(folder);
    expect(problem).toBeNull();
    expect(read.devices).toEqual([{ ...device, facts: { ...noDeviceFacts, refusals: [] } }]);
  });

  it('says in one sentence that it cannot be saved', async () => {
    const problem = await saveDevices(path.join(scratchFolder(), 'missing'), file);
    expect(problem).toMatch(/could not be saved to .*ENOENT.*paired again after a restart\.$/);
  });
});
