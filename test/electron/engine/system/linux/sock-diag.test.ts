import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readSocketAnswer,
  writeSocketRequest,
} from '../../../../../electron/engine/system/linux/sock-diag.ts';

const connection = {
  localAddress: '127.0.0.1',
  localPort: 8888,
  remoteAddress: '127.0.0.1',
  remotePort: 48_970,
};

function hex(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

/** An answer of Linux 6.18 on a little-endian machine: `[::1]:48970` to `[::1]:8888`, user 1000, inode 3057758. */
function answer(change: (view: DataView) => void = () => undefined): Uint8Array {
  const bytes = new Uint8Array(88 + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, 20, true);
  view.setUint8(16, 10);
  view.setUint8(17, 1);
  view.setUint16(20, 48_970);
  view.setUint16(22, 8888);
  bytes[39] = 1;
  bytes[55] = 1;
  view.setUint32(80, 1000, true);
  view.setUint32(84, 3_057_758, true);
  change(view);
  return bytes;
}

describe('a question to sock_diag', () => {
  it('names the socket of the client, byte for byte as the kernel expects it', () => {
    expect(hex(writeSocketRequest(connection, 7, true))).toBe(
      '48000000' +
        '1400' +
        '0100' +
        '07000000' +
        '00000000' +
        '02060000' +
        'ffffffff' +
        'bf4a' +
        '22b8' +
        '7f000001' +
        '00'.repeat(12) +
        '7f000001' +
        '00'.repeat(12) +
        '00000000' +
        'ffffffffffffffff',
    );
  });

  it('has numbers in the order of the machine, addresses and ports in that of the network', () => {
    expect(hex(writeSocketRequest(connection, 7, false)).slice(0, 56)).toBe(
      '00000048' + '0014' + '0001' + '00000007' + '00000000' + '02060000' + 'ffffffff' + 'bf4a' + '22b8',
    );
  });

  it('asks for IPv4-mapped IPv6 as IPv4, and for IPv6 as it is', () => {
    const mapped = { ...connection, remoteAddress: '::ffff:127.0.0.1', localAddress: '::ffff:127.0.0.1' };
    expect(hex(writeSocketRequest(mapped, 7, true))).toBe(hex(writeSocketRequest(connection, 7, true)));
    const six = { ...connection, remoteAddress: '2001:db8::a:1', localAddress: '::1' };
    expect(hex(writeSocketRequest(six, 7, true)).slice(56, 120)).toBe(
      '20010db80000000000000000000a0001' + '00000000000000000000000000000001',
    );
  });

  it('is not asked for what is no address', () => {
    for (const remoteAddress of ['', 'localhost', '1.2.3', '1:2:3', ':::::::::']) {
      expect(writeSocketRequest({ ...connection, remoteAddress }, 1, true)).toBeNull();
    }
    expect(writeSocketRequest({ ...connection, remoteAddress: '::1' }, 1, true)).toBeNull();
  });
});

describe('an answer of sock_diag', () => {
  it('tells the socket, its inode and its user', () => {
    expect(readSocketAnswer(answer(), true)).toEqual({
      key: '::1 48970 ::1 8888',
      inode: 3_057_758,
      uid: 1000,
    });
  });

  it('is no socket when it is an error, listens, or waits for the end of its time', () => {
    expect(
      readSocketAnswer(
        answer((view) => view.setUint16(4, 2, true)),
        true,
      ),
    ).toBeNull();
    expect(
      readSocketAnswer(
        answer((view) => view.setUint8(17, 10)),
        true,
      ),
    ).toBeNull();
    expect(
      readSocketAnswer(
        answer((view) => view.setUint8(17, 6)),
        true,
      ),
    ).toBeNull();
    expect(readSocketAnswer(answer().subarray(0, 87), true)).toBeNull();
  });

  it('never is more than it can be, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const entry = readSocketAnswer(bytes, true);
        if (entry !== null) expect(entry.key.split(' ')).toHaveLength(4);
      }),
    );
  });
});
