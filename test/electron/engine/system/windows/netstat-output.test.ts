import { describe, expect, it } from 'vitest';
import { parseNetstat } from '../../../../../electron/engine/system/windows/netstat-output.ts';

const english = `
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1020
  TCP    127.0.0.1:8888         127.0.0.1:52100        ESTABLISHED     9000
  TCP    127.0.0.1:52100        127.0.0.1:8888         ESTABLISHED     4711
  TCP    127.0.0.1:52101        127.0.0.1:8888         TIME_WAIT       0
  TCP    [::1]:52102            [::1]:8888             ESTABLISHED     4712
  UDP    0.0.0.0:5353           *:*                                    1900
`;

describe('output of netstat', () => {
  it('tells the process of each connected socket', () => {
    expect([...parseNetstat(english)]).toEqual([
      ['127.0.0.1 8888 127.0.0.1 52100', 9000],
      ['127.0.0.1 52100 127.0.0.1 8888', 4711],
      ['::1 52102 ::1 8888', 4712],
    ]);
  });

  it('is understood in the language of the system, with its line ends', () => {
    const german = '  TCP    127.0.0.1:52100        127.0.0.1:8888         HERGESTELLT     4711\r\n';
    expect(parseNetstat(german).get('127.0.0.1 52100 127.0.0.1 8888')).toBe(4711);
  });

  it('is passed over where it is something else', () => {
    expect(
      parseNetstat('TCP\nTCP a b c d\nTCP 1.1.1.1:1 2.2.2.2:2 X -5\nTCP 1.1.1.1:99999 2.2.2.2:2 X 5').size,
    ).toBe(0);
  });
});
