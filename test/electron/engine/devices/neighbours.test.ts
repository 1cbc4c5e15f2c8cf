import { describe, expect, it } from 'vitest';
import {
  createNeighbours,
  neighboursOfArp,
  neighboursOfProc,
} from '../../../../electron/engine/devices/neighbours.ts';

describe('hardware addresses behind addresses', () => {
  it('are read from Linux, macOS and Windows alike', () => {
    const proc = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         AA:BB:cc:00:01:02     *        wlan0
192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        wlan0
`;
    expect([...neighboursOfProc(proc)]).toEqual([['192.168.1.20', 'aa:bb:cc:00:01:02']]);
    const mac = `? (192.168.1.1) at 0:1b:63:84:45:e6 on en0 ifscope [ethernet]
? (192.168.1.9) at (incomplete) on en0 ifscope [ethernet]
`;
    expect([...neighboursOfArp(mac)]).toEqual([['192.168.1.1', '00:1b:63:84:45:e6']]);
    const windows = `
Interface: 192.168.1.5 --- 0xb
  Internet Address      Physical Address      Type
  192.168.1.1           00-1b-63-84-45-e6     dynamic
`;
    expect([...neighboursOfArp(windows)]).toEqual([['192.168.1.1', '00:1b:63:84:45:e6']]);
  });

  it('are nothing where there is nothing to read', () => {
    for (const text of [
      '',
      '\n\n',
      'no such thing',
      '1.2.3.4 zz:zz:zz:zz:zz:zz',
      '999.1.1.1 00:1b:63:84:45:e6',
    ]) {
      expect(neighboursOfArp(text).size).toBe(0);
      expect(neighboursOfProc(`head\n${text}`).size).toBe(0);
    }
  });

  it('are asked for again when they are old, or one is missing', async () => {
    let reads = 0;
    let now = 0;
    const table = new Map([['10.0.0.1', 'aa:bb:cc:dd:ee:01']]);
    const neighbours = createNeighbours(
      () => {
        reads += 1;
        return Promise.resolve(new Map(table));
      },
      () => now,
    );
    expect(await neighbours.hardwareOf('10.0.0.1')).toBe('aa:bb:cc:dd:ee:01');
    expect(await neighbours.hardwareOf('10.0.0.1')).toBe('aa:bb:cc:dd:ee:01');
    expect(reads).toBe(1);
    expect(await neighbours.hardwareOf('10.0.0.2')).toBeNull();
    expect(reads).toBe(2);
    table.set('10.0.0.2', 'aa:bb:cc:dd:ee:02');
    expect(await neighbours.hardwareOf('10.0.0.2')).toBe('aa:bb:cc:dd:ee:02');
    now = 10_000;
    table.set('10.0.0.1', 'aa:bb:cc:dd:ee:99');
    expect(await neighbours.hardwareOf('10.0.0.1')).toBe('aa:bb:cc:dd:ee:99');
  });
});
