import fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { expect, it } from 'vitest';
import { ipBytes, ipv4Text, ipv6Text } from '../../../core/model/ip-address.ts';

it('writes IPv6 addresses as RFC 5952 says', () => {
  for (const text of [
    '::',
    '::1',
    '1::',
    '2001:db8::1',
    '1:0:0:2::3',
    '1:2:3:4:5:6:7:8',
    '1:0:3:4:5:6:7:8',
  ]) {
    expect(ipv6Text(ipBytes(text) ?? new Uint8Array())).toBe(text);
  }
  expect(ipv6Text(ipBytes('1::2:0:0:3') ?? new Uint8Array())).toBe('1::2:0:0:3');
});

it('reads other spellings of the same address', () => {
  expect(ipv6Text(ipBytes('2001:DB8:0:0:0:0:0:1') ?? new Uint8Array())).toBe('2001:db8::1');
  expect(ipBytes('::ffff:1.2.3.4')?.slice(10)).toEqual(Uint8Array.of(255, 255, 1, 2, 3, 4));
  expect(ipBytes('fe80::1%eth0')).toEqual(ipBytes('fe80::1'));
});

it('takes nothing else for an address', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3',
    '12345::',
    'a',
    '::1.2.3',
  ])
    expect(ipBytes(text), text).toBeNull();
});

it('gives any address back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(isIPv6(ipv6Text(bytes))).toBe(true);
      expect(ipBytes(ipv6Text(bytes))).toEqual(bytes);
      expect(ipBytes(ipv4Text(bytes))).toEqual(bytes.slice(0, 4));
    }),
  );
});
