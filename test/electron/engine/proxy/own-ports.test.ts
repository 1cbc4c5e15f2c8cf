import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { refuseOwnPorts } from '../../../../electron/engine/proxy/proxy.ts';

function isRefused(address: string, port: number, host: string | null): boolean {
  return refuseOwnPorts(() => [{ host, port: 9000 }])(address, port) !== null;
}

describe('what this program listens on is not dialled', () => {
  it('on the very address, however it is written', () => {
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0.0.0.0', '::'])
      expect(isRefused(address, 9000, '127.0.0.1'), address).toBe(true);
    expect(isRefused('0:0:0:0:0:0:0:1', 9000, '::1')).toBe(true);
  });

  it('on any address of this machine, when it listens on all of them', () => {
    const own = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => address),
    );
    for (const host of ['0.0.0.0', '::', null]) {
      for (const address of [...own, '127.0.0.2', '::1', '0.0.0.0'])
        expect(isRefused(address, 9000, host), address).toBe(true);
    }
  });

  it('but another port is, and the same port of another address: a service may have moved there', () => {
    expect(isRefused('127.0.0.1', 9001, '127.0.0.1')).toBe(false);
    expect(isRefused('127.0.0.2', 9000, '127.0.0.1')).toBe(false);
    expect(isRefused('::1', 9000, '127.0.0.1')).toBe(false);
    expect(isRefused('192.0.2.1', 9000, null)).toBe(false);
  });
});
