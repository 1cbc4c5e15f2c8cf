import { describe, expect, it } from 'vitest';
import { packetTroubles } from '../../core/packets/tcp-events.ts';
import { byteForms, formatPacketBytes } from '../../renderer/format/byte-forms.ts';
import {
  findableTroubles,
  packetTone,
  troubleNames,
  troubleWords,
  withPort,
} from '../../renderer/format/packet-words.ts';

describe('troubles of packets', () => {
  it('have a tone and a sentence each', () => {
    for (const [name, flag] of Object.entries(packetTroubles)) {
      const [found] = troubleNames(flag);
      expect(found).toBe(name);
      expect(troubleWords[found as keyof typeof packetTroubles].meaning).toMatch(/\.$/);
      expect(packetTone(flag)).toBe(troubleWords[found as keyof typeof packetTroubles].tone);
    }
  });

  it('show the worst of several', () => {
    expect(packetTone(0)).toBeNull();
    expect(packetTone(packetTroubles.duplicateAck | packetTroubles.zeroWindow)).toBe('warning');
    expect(packetTone(packetTroubles.reset | packetTroubles.zeroWindow)).toBe('problem');
    expect(findableTroubles & packetTroubles.windowUpdate).toBe(0);
    expect(findableTroubles & packetTroubles.malformed).not.toBe(0);
  });
});

describe('bytes and addresses', () => {
  it('are copied in every form', () => {
    const bytes = Uint8Array.of(0x47, 0x22, 0x0d, 0x0a, 0xff, 0x31);
    const forms = Object.fromEntries(byteForms.map(({ form }) => [form, formatPacketBytes(bytes, form)]));
    expect(forms['hex']).toBe('47 22 0d 0a ff 31');
    expect(forms['escaped']).toBe('"G\\"\\r\\n\\3771"');
    expect(forms['dump']).toBe('00000000  47 22 0d 0a ff 31                                G"...1');
    expect(forms['c']).toContain('0x47, 0x22');
  });

  it('keep an IPv6 address apart from its port', () => {
    expect(withPort('10.0.0.1', 443)).toBe('10.0.0.1:443');
    expect(withPort('fe80::1', 443)).toBe('[fe80::1]:443');
    expect(withPort('fe80::1', null)).toBe('fe80::1');
  });
});
