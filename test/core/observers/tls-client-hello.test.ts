import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClientHello, type ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { helloExtensions as has, helloMessage, helloRecords } from '../../support/client-hello.ts';

function read(bytes: Uint8Array): ClientHello {
  const reading = readClientHello(bytes);
  if (reading.state !== 'complete') throw new Error(`The hello was ${reading.state}.`);
  return reading.hello;
}

const browserMessage = helloMessage({
  sessionId: Buffer.alloc(32, 1),
  ciphers: [0x3a3a, 0x1301, 0xc02b],
  extensions: [
    has.other(0x4a4a),
    has.serverName('Shop.Example'),
    has.groups([0x5a5a, 4588, 29]),
    has.pointFormats([0]),
    has.signatureAlgorithms([0x0403, 0x0804]),
    has.alpn(['h2', 'http/1.1', '\u00fa\u00fa']),
    has.versions([0x6a6a, 0x0304, 0x0303]),
    has.keyShares([0x5a5a, 4588, 29]),
    has.other(0xfe0d, Buffer.alloc(40)),
    has.other(41, Buffer.alloc(10)),
  ],
});
const browser = helloRecords(browserMessage);

describe('a ClientHello', () => {
  test('is read whole, GREASE included and in its order', () => {
    expect(read(browser)).toEqual({
      serverName: 'shop.example',
      alpn: ['h2', 'http/1.1', '\u00fa\u00fa'],
      legacyVersion: 0x0303,
      versions: [0x6a6a, 0x0304, 0x0303],
      ciphers: [0x3a3a, 0x1301, 0xc02b],
      extensions: [0x4a4a, 0, 10, 11, 13, 16, 43, 51, 0xfe0d, 41],
      groups: [0x5a5a, 4588, 29],
      pointFormats: [0],
      signatureAlgorithms: [0x0403, 0x0804],
      keyShares: [0x5a5a, 4588, 29],
      resumes: true,
      encryptedHello: true,
    });
  });

  test('of an old client has no extensions', () => {
    expect(read(helloRecords(helloMessage({ legacyVersion: 0x0301, ciphers: [47] })))).toMatchObject({
      legacyVersion: 0x0301,
      ciphers: [47],
      extensions: [],
      versions: [],
      serverName: null,
      alpn: [],
      resumes: false,
      encryptedHello: false,
    });
  });

  test('resumes by a ticket, and does not by an empty one', () => {
    const ticket = (body: Buffer): boolean =>
      read(helloRecords(helloMessage({ extensions: [has.other(35, body)] }))).resumes;
    expect(ticket(Buffer.alloc(0))).toBe(false);
    expect(ticket(Buffer.alloc(100))).toBe(true);
  });

  test('is the same in any number of records', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: browserMessage.length }), (recordBytes) => {
        expect(read(helloRecords(browserMessage, recordBytes))).toEqual(read(browser));
      }),
      { numRuns: 60 },
    );
  });

  test('needs more as long as a byte is missing', () => {
    for (let length = 0; length < browser.length; length++)
      expect(readClientHello(browser.subarray(0, length)).state).toBe('need-more');
  });

  test('that promises more than it holds is read as far as it goes, or is none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(browser.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const bytes = Buffer.from(browser);
          for (const [at, value] of changes) bytes[at] = value;
          expect(['complete', 'need-more', 'not-tls']).toContain(readClientHello(bytes).state);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is not found in other bytes', () => {
    for (const text of ['GET / HTTP/1.1\r\n', 'SSH-2.0-OpenSSH_9.2\r\n', '\u0016\u0002\u0000'])
      expect(readClientHello(Buffer.from(text, 'latin1')).state).toBe('not-tls');
  });
});
