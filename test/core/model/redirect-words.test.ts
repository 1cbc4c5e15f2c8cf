import { describe, expect, it } from 'vitest';
import {
  droppedUdpWords,
  quicWords,
  redirectElsewhere,
  refusedQuicWords,
} from '../../../core/model/redirect-words.ts';

describe('words about redirected connections', () => {
  it('say why there is no HTTP/3', () => {
    expect(quicWords).toContain('UDP port 443');
  });

  it('count what was refused and dropped, and say nothing where that is nothing', () => {
    expect(refusedQuicWords({ quicRefused: 0, dropped: 3 })).toBe(null);
    expect(refusedQuicWords({ quicRefused: 1, dropped: 0 })).toMatch(/^1 datagram to UDP port 443 refused/);
    expect(refusedQuicWords({ quicRefused: 12_345, dropped: 0 })).toMatch(/^12,345 datagrams/);
    expect(droppedUdpWords({ quicRefused: 1, dropped: 0 })).toBe(null);
    expect(droppedUdpWords({ quicRefused: 1, dropped: 2 })).toMatch(/^2 datagrams of other UDP/);
    expect(droppedUdpWords({ quicRefused: 1, dropped: 1 })).toMatch(/^1 datagram of other UDP/);
  });

  it('say what to do instead on systems other than Linux', () => {
    expect(redirectElsewhere('linux')).toBe(null);
    expect(redirectElsewhere('darwin')).toContain('networksetup');
    expect(redirectElsewhere('win32')).toContain('WinDivert');
    expect(redirectElsewhere('freebsd')).toContain('https_proxy');
  });
});
