import { describe, expect, it } from 'vitest';
import { failureOf, noCounts, readCounts } from '../../../../electron/engine/capture/tcpdump-words.ts';

describe('what tcpdump says of its counters', () => {
  it.each([
    [
      'tcpdump 4.99 when it is asked',
      ['tcpdump: 5 packets captured, 12 packets received by filter, 3 packets dropped by kernel'],
      [12, 3, null],
    ],
    [
      'tcpdump at its end',
      [
        '5 packets captured',
        '12 packets received by filter',
        '3 packets dropped by kernel',
        '1 packet dropped by interface',
      ],
      [12, 3, 1],
    ],
    [
      'dumpcap',
      [
        'Packets captured: 12',
        "Packets received/dropped on interface 'Ethernet 2': 12/4 (pcap:4/dumpcap:0/flushed:0/ps_ifdrop:0) (75.0%)",
      ],
      [12, 4, null],
    ],
    ['anything else', ['12 monkeys', 'packets received by filter', ''], [null, null, null]],
  ])('%s', (_who, lines, [received, droppedByKernel, droppedByInterface]) => {
    const counts = lines.reduce((before, line) => readCounts(line, before), noCounts);
    expect(counts).toEqual({ received, droppedByKernel, droppedByInterface });
  });

  it('keeps what was told before', () => {
    const before = { received: 9, droppedByKernel: 2, droppedByInterface: 1 };
    expect(readCounts('10 packets received by filter', before)).toEqual({ ...before, received: 10 });
  });
});

describe('why a capture failed', () => {
  const listening = 'tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes';

  it.each([
    ['tcpdump: nix0: No such device exists', 'no-such-interface'],
    ['tcpdump: nix0: SIOCETHTOOL(ETHTOOL_GET_TS_INFO) ioctl failed: No such device', 'no-such-interface'],
    ['tcpdump: pcap_loop: The interface disappeared', 'no-such-interface'],
    ["tcpdump: eth0: You don't have permission to perform this capture on that device", 'no-permission'],
    ['tcpdump: eth0: socket: Operation not permitted', 'no-permission'],
    ['sudo: a password is required', 'no-permission'],
    ["tcpdump: can't parse filter expression: syntax error", 'bad-filter'],
    ['tcpdump: syntax error in filter expression: syntax error', 'bad-filter'],
    ["tcpdump: unknown host 'nosuch.invalid'", 'bad-filter'],
    ['tcpdump: expression rejects all packets', 'bad-filter'],
    ['sh: 1: tcpdump: not found', 'no-tcpdump'],
    ['bash: line 1: tcpdump: command not found', 'no-tcpdump'],
    ['plumbline-capture: Killed', 'cannot-capture'],
  ])('%s', (line, code) => {
    const failure = failureOf([listening, line, '0 packets captured']);
    expect(failure.code).toBe(code);
    expect(failure.message).not.toContain('\n');
  });

  it('is also told when nothing was said', () => {
    expect(failureOf([listening, ''])).toEqual({
      code: 'cannot-capture',
      message: 'The capture ended without a word. Start it again.',
    });
  });
});
