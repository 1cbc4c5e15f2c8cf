import { describe, expect, it } from 'vitest';
import { checkFilter } from '../../../../electron/engine/capture/check-filter.ts';

describe('checking a filter', () => {
  it.each([
    '',
    '  ',
    'udp',
    'tcp port 443 and not host 10.0.0.1',
    'ether proto \\ip',
    'tcp[tcpflags] & (tcp-syn) != 0',
    'vlan 7',
  ])('has nothing against %j', async (filter) => {
    expect(await checkFilter(filter)).toBeNull();
  });

  it.each([
    ['tcp prt 80', /syntax error/],
    ['tcp port 99999999', /99999999|port/],
    ['wlan addr1 00:11:22:33:44:55', /802\.11/],
    ['-w /tmp/x', 'A filter does not begin with a minus sign.'],
    ['tcp\nport', 'The filter holds a character that is not plain ASCII.'],
    ['x'.repeat(5000), 'The filter is longer than 4,096 characters.'],
  ])('says what is wrong with %j', async (filter, words) => {
    const problem = await checkFilter(filter);
    expect(problem).toEqual(expect.stringMatching(words));
    expect(problem).not.toMatch(/^tcpdump|reading from|\n/);
  });

  it('judges by the link type', async () => {
    expect(await checkFilter('wlan addr1 00:11:22:33:44:55', 105)).toBeNull();
    expect(await checkFilter('ether host 00:11:22:33:44:55', 101)).toMatch(/ethernet|link/i);
  });
});
