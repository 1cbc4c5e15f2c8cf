import { describe, expect, test } from 'vitest';
import { readClientHello } from '../../../core/observers/tls-client-hello.ts';
import {
  fingerprint,
  isGrease,
  ja3Text,
  type TlsFingerprint,
} from '../../../core/observers/tls-fingerprint.ts';
import {
  helloExtensions as has,
  helloMessage,
  helloRecords,
  type HelloParts,
} from '../../support/client-hello.ts';
import { nodePlatform } from '../../support/platform.ts';

function of(parts: HelloParts): TlsFingerprint & { ja3Text: string } {
  const reading = readClientHello(helloRecords(helloMessage(parts)));
  if (reading.state !== 'complete') throw new Error(`The hello was ${reading.state}.`);
  return { ...fingerprint(reading.hello, nodePlatform), ja3Text: ja3Text(reading.hello) };
}

const chromeCiphers = [
  0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f,
  0x35,
];
const chromeSignatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

/** Chrome's extensions with these types besides those that hold something. */
function chrome(types: readonly number[]): HelloParts {
  return {
    ciphers: [0x1a1a, ...chromeCiphers],
    extensions: [
      has.other(0x2a2a),
      has.serverName('example.com'),
      has.other(23),
      has.other(0xff01, Buffer.from([0])),
      has.groups([0x3a3a, 29, 23, 24]),
      has.pointFormats([0]),
      has.other(35),
      has.alpn(['h2', 'http/1.1']),
      has.other(5, Buffer.from([1, 0, 0, 0, 0])),
      has.signatureAlgorithms(chromeSignatures),
      has.other(18),
      has.keyShares([0x3a3a, 29]),
      has.other(45, Buffer.from([1, 1])),
      has.versions([0x4a4a, 0x0304, 0x0303]),
      has.other(27, Buffer.from([2, 0, 2])),
      has.other(17513, Buffer.from([0, 3, 2, 0x68, 0x32])),
      ...types.map((type) => has.other(type)),
      has.other(0x5a5a, Buffer.from([0])),
    ],
  };
}

describe('JA3', () => {
  test('of the published examples', () => {
    const old = of({
      legacyVersion: 769,
      ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      extensions: [has.serverName('a.example'), has.groups([23, 24, 25]), has.pointFormats([0])],
    });
    expect(old.ja3Text).toBe('769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0');
    expect(old.ja3).toBe('ada70206e40642a3e4461f35503241d5');
    const bare = of({ legacyVersion: 769, ciphers: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99] });
    expect(bare.ja3Text).toBe('769,4-5-10-9-100-98-3-6-19-18-99,,,');
    expect(bare.ja3).toBe('de350869b8c85de67a350c8d186f11e6');
  });

  test('leaves GREASE out', () => {
    expect(of(chrome([21])).ja3Text).toBe(
      '771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,' +
        '0-23-65281-10-11-35-16-5-13-18-51-45-43-27-17513-21,29-23-24,0',
    );
  });
});

describe('JA4', () => {
  test('of the published examples', () => {
    // The worked example of FoxIO's technical details: Chrome with padding (21).
    expect(of(chrome([21])).ja4).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
    // Chromium with an encrypted hello (0xfe0d) instead, as FoxIO's mapping lists it.
    expect(of(chrome([0xfe0d])).ja4).toBe('t13d1516h2_8daaf6152771_02713d6af862');
  });

  test('does not change with the order of ciphers and extensions', () => {
    const parts = chrome([21]);
    const turned: HelloParts = {
      ciphers: [...(parts.ciphers ?? [])].reverse(),
      extensions: [...(parts.extensions ?? [])].reverse(),
    };
    expect(of(turned).ja4).toBe(of(parts).ja4);
    expect(of(turned).ja3).not.toBe(of(parts).ja3);
  });

  test('says the highest version, a missing name and a missing protocol', () => {
    expect(of({ legacyVersion: 0x0301, ciphers: [47] }).ja4).toMatch(
      /^t10i010000_[0-9a-f]{12}_000000000000$/,
    );
    expect(of({ ciphers: [], extensions: [has.versions([0x0304])] }).ja4).toMatch(
      /^t13i000100_000000000000_[0-9a-f]{12}$/,
    );
    expect(of({ legacyVersion: 0x0300 }).ja4).toMatch(/^ts3/);
    expect(of({ legacyVersion: 0x7f7f }).ja4).toMatch(/^t00/);
  });

  test.each([
    ['http/1.1', 'h1'],
    ['h', 'hh'],
    ['\u00ab', 'ab'],
    ['\u00ab\u00cd', 'ad'],
    ['0\u00ab', '3b'],
    ['0\u00ab1', '01'],
  ])('writes the protocol %j as %s', (protocol, letters) => {
    expect(of({ extensions: [has.alpn([protocol, 'h2'])] }).ja4.slice(8, 10)).toBe(letters);
  });

  test('counts no further than 99', () => {
    const many = Array.from({ length: 130 }, (_, index) => index);
    expect(of({ ciphers: many }).ja4.slice(4, 6)).toBe('99');
  });
});

test('GREASE is sixteen values', () => {
  const all = Array.from({ length: 65_536 }, (_, value) => value).filter(isGrease);
  expect(all.length).toBe(16);
  expect([all[0], all[1], all[15]]).toEqual([0x0a0a, 0x1a1a, 0xfafa]);
});
