import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceFromUserAgent } from '../../../core/model/client-device.ts';

const known: readonly (readonly [userAgent: string, device: string | null])[] = [
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1',
    'iOS 17.4 · iPhone',
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0 Mobile/15E148 Safari/604.1',
    'iPadOS 16.6 · iPad',
  ],
  ['Shop/5.2 (com.example.shop; build:311; iOS 17.4.0) Alamofire/5.9.0', 'iOS 17.4'],
  ['Shop/5.2 (iPhone; iOS 18.1; Scale/3.00)', 'iOS 18.1 · iPhone'],
  ['Shop/311 CFNetwork/1490.0.4 Darwin/23.2.0', 'Apple device'],
  ['Mozilla/5.0 (iPhone)', 'iPhone'],
  [
    'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A.230803.041; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36',
    'Android 14 · Pixel 8',
  ],
  ['Dalvik/2.1.0 (Linux; U; Android 13; SM-S911B Build/TP1A.220624.014)', 'Android 13 · SM-S911B'],
  ['Dalvik/1.6.0 (Linux; U; Android 4.4.2; de-de; GT-I9505 Build/KOT49H)', 'Android 4.4 · GT-I9505'],
  ['Mozilla/5.0 (Android 14; Mobile; rv:124.0) Gecko/124.0 Firefox/124.0', 'Android 14'],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
    'Android',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0.0.0 Safari/537.36', 'Windows'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15',
    'Mac',
  ],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/124.0.0.0 Safari/537.36', 'ChromeOS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0', 'Linux'],
  ['Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 Version/7.0 TV Safari/537.36', 'Samsung TV'],
  ['curl/8.5.0', null],
  ['okhttp/4.12.0', null],
  ['', null],
];

describe('the device of a client on another machine', () => {
  for (const [userAgent, device] of known) {
    it(`is ${device ?? 'not told'} by "${userAgent.slice(0, 60)}"`, () => {
      expect(deviceFromUserAgent(userAgent)).toBe(device);
    });
  }

  it('is one short line of plain text, whatever a client says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom('Android 14; ', 'iPhone', 'iOS 17', '(', ';', '\u202e', '\n', 'CFNetwork/1 '),
          ),
        ),
        (parts) => {
          const device = deviceFromUserAgent(parts.join(''));
          if (device === null) return;
          expect(device.length).toBeLessThan(80);
          expect(device).not.toMatch(/[\u0000-\u001f\u202e]/);
        },
      ),
    );
  });

  it('is told at once of a field that is very long', () => {
    const began = performance.now();
    for (const part of ['Android ', 'CFNetwork/1 ', 'iOS 1', ';', '\u202e']) {
      deviceFromUserAgent(part.repeat(200_000));
    }
    expect(performance.now() - began).toBeLessThan(100);
  });
});
