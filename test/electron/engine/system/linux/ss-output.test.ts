import { describe, expect, it } from 'vitest';
import { parseSsLine } from '../../../../../electron/engine/system/linux/ss-output.ts';

describe('a line of ss', () => {
  it('tells the socket of a client, its inode and its user', () => {
    expect(
      parseSsLine(
        'ESTAB      0      0               127.0.0.1:48970          127.0.0.1:46901 timer:(keepalive,14sec,0) uid:1000 ino:3057758 sk:5 cgroup:/user.slice <->',
      ),
    ).toEqual({ key: '127.0.0.1 48970 127.0.0.1 46901', inode: 3_057_758, uid: 1000 });
  });

  it('may lack the state, which ss leaves out when only one was asked for, and the user when it is root', () => {
    expect(parseSsLine('0      0    [::1]:35722    [::1]:46901 ino:3057759 sk:7 cgroup:/ <->')).toEqual({
      key: '::1 35722 ::1 46901',
      inode: 3_057_759,
      uid: 0,
    });
  });

  it('gives IPv4-mapped IPv6 as IPv4, and addresses without their interface', () => {
    expect(parseSsLine('ESTAB 0 0 [::ffff:127.0.0.1]:48974 [::ffff:127.0.0.1]:46901 ino:60 sk:6')?.key).toBe(
      '127.0.0.1 48974 127.0.0.1 46901',
    );
    expect(parseSsLine('ESTAB 0 0 [fe80::1%eth0]:1 [fe80::1]%eth0:2 ino:60 sk:6')?.key).toBe(
      'fe80::1 1 fe80::1 2',
    );
    expect(parseSsLine('ESTAB 0 0 127.0.0.1%lo:1 127.0.0.1:2 ino:60 sk:6')?.key).toBe(
      '127.0.0.1 1 127.0.0.1 2',
    );
  });

  it('takes nothing from the name of a cgroup, which anybody may choose', () => {
    const line = 'ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 uid:1000 ino:60 sk:6 cgroup:/a uid:0 ino:99';
    expect(parseSsLine(line)).toMatchObject({ inode: 60, uid: 1000 });
    expect(parseSsLine('ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 cgroup:/ ino:99')).toBeNull();
  });

  it('is passed over when it is something else', () => {
    for (const line of [
      '',
      '= 3 0',
      'State Recv-Q Send-Q Local Address:Port Peer Address:Port',
      'ESTAB 0 0 127.0.0.1:99999 127.0.0.1:2 ino:60',
      'ESTAB 0 0 *:* *:* ino:60',
      'ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 ino:99999999999',
      'ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 ino:9999999999',
      'ESTAB 0 x'.repeat(10_000),
    ]) {
      expect(parseSsLine(line)).toBeNull();
    }
  });
});
