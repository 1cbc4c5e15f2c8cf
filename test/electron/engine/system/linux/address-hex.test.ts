import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressHex } from '../../../../../electron/engine/system/linux/address-hex.ts';

describe('the bytes of an address', () => {
  it('are four of IPv4, also where it is mapped to IPv6, and sixteen of IPv6', () => {
    expect(addressHex('127.0.0.1')).toBe('7f000001');
    expect(addressHex('::ffff:127.0.0.1')).toBe('7f000001');
    expect(addressHex('::1')).toBe('00000000000000000000000000000001');
    expect(addressHex('2001:db8::a:1')).toBe('20010db80000000000000000000a0001');
    expect(addressHex('fe80::1%eth0')).toBe('fe800000000000000000000000000001');
  });

  it('are those of every IPv4 address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
        expect(addressHex(bytes.join('.'))).toBe(Buffer.from(bytes).toString('hex'));
      }),
    );
  });

  it('are none of what is no address, and digits only of anything', () => {
    for (const text of ['', 'localhost', '1.2.3', '1.2.3.256', '1:2:3', ':::::::::', '1,2', "'$(id)"])
      expect(addressHex(text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(addressHex(text) ?? '00000000').toMatch(/^(?:[\da-f]{8}|[\da-f]{32})$/);
      }),
    );
  });
});
