import { describe, expect, it } from 'vitest';
import { adbCertificateWords, adbProxyWords, adbSystemWords } from '../../renderer/format/adb-words.ts';

describe('what is said of a device that adb reaches', () => {
  it('names its Android and how it is connected', () => {
    expect(adbSystemWords({ android: '14', connection: 'usb' })).toBe('Android 14 · USB');
    expect(adbSystemWords({ android: null, connection: 'emulator' })).toBe('Android · emulator');
  });

  it('tells a proxy that leads here from one that does not', () => {
    const words = (proxy: Parameters<typeof adbProxyWords>[0]['proxy']) =>
      adbProxyWords({ proxy, proxyAddress: '127.0.0.1:8888' });
    expect(words('none')).toBe('None');
    expect(words('ours')).toBe('127.0.0.1:8888, which leads here');
    expect(words('cut')).toContain('no more');
    expect(words('other')).toContain('not set by Plumbline');
  });

  it('claims no certificate that cannot be seen', () => {
    const words = (install: 'system' | 'by-hand' | 'none', hasCertificate = false) =>
      adbCertificateWords({ install, hasCertificate, installText: 'A watch has no settings.' });
    expect(words('system', true)).toBe('Among those of the system until it restarts');
    expect(words('system')).toBe('Not among those of the system');
    expect(words('by-hand')).toContain('only the device knows');
    expect(words('none')).toBe('A watch has no settings.');
  });
});
