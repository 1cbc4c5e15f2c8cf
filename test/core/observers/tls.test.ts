import { describe, expect, it } from 'vitest';
import { looksLikeTls } from '../../../core/observers/tls.ts';
import { createTlsKeys } from '../../../core/packets/tls-keys.ts';
import { createSealer, keysOf, startTls, steps, type TlsStep } from './tls-script.ts';
import {
  bytesOfHex,
  earlyDataHandshake,
  earlyDataKeyLog,
  sentInTraces,
  simpleHandshake,
  simpleKeyLog,
} from './tls-vectors.ts';

const simple = steps(simpleHandshake);
/** Hellos, the server's flight, the client's Finished. */
const opening = simple.slice(0, 4);
const secrets = {
  client: '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
  server: 'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
};

function text(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString();
}

function server(bytes: Uint8Array): TlsStep {
  return { sender: 'server', bytes };
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const openingLines = [
  'client hello server [] cb34ecb1',
  'server hello 304 1301',
  'group 29',
  'alpn -',
  'server certificates 432',
  'handshake ended',
];

describe('a TLS connection with its keys', () => {
  it('is read as RFC 8448 section 3 shows it', () => {
    const told = startTls(keysOf(simpleKeyLog), { times: true });
    told.play(simple);
    expect(told.lines).toEqual([
      'client hello server [] cb34ecb1 from 1000 @1000',
      'server hello 304 1301 @2000',
      'group 29 @2000',
      'alpn - @3000',
      'server certificates 432 @3000',
      'handshake ended @4000',
      'client plain 50 in 259-331 @6000',
      'server plain 50 in 1001-1073 @7000',
      'client alert close_notify @8000',
      'server alert close_notify @9000',
    ]);
    expect(told.plain).toEqual({ client: [sentInTraces], server: [sentInTraces] });
  });

  it('with early data is read as RFC 8448 section 4 shows it', () => {
    const told = startTls(keysOf(earlyDataKeyLog));
    told.play(steps(earlyDataHandshake));
    expect(told.lines).toEqual([
      'client hello server [] 1bc3ceb6',
      'early data offered',
      'client plain 6 in 517-545',
      'server hello 304 1301 resumed',
      'group 29',
      'alpn -',
      'early data accepted',
      'handshake ended',
      'client plain 50 in 629-701',
      'server plain 50 in 203-275',
      'client alert close_notify',
      'server alert close_notify',
    ]);
    expect(text(told.plain.client.slice(0, 1))).toBe('ABCDEF');
  });

  it('is read on when the log lacks the secret of the early data, which is missing then', () => {
    const told = startTls(keysOf(earlyDataKeyLog.split('\n').slice(2).join('\n')));
    told.play(steps(earlyDataHandshake));
    expect(told.lines.filter((line) => line.startsWith('client'))).toEqual([
      'client hello server [] 1bc3ceb6',
      // The early data, and the word that it is over.
      'client missing 54',
      'client plain 50 in 629-701',
      'client alert close_notify',
    ]);
  });

  it('is read where the log has the secrets of the application data only', () => {
    const told = startTls(keysOf(simpleKeyLog.split('\n').slice(3).join('\n')));
    told.play(simple);
    expect(told.lines).toEqual([
      'client hello server [] cb34ecb1',
      'server hello 304 1301',
      'group 29',
      'handshake ended',
      'client plain 50 in 259-331',
      'server plain 50 in 1001-1073',
      'client alert close_notify',
      'server alert close_notify',
    ]);
  });

  it('is read across a key update, and padding is taken off', () => {
    const told = startTls(keysOf(simpleKeyLog));
    const sealer = createSealer(secrets.server);
    const before = sealer.record(23, bytes('before'), 100);
    const update = sealer.record(22, Uint8Array.of(24, 0, 0, 1, 0));
    sealer.update();
    told.play([...opening, server(before), server(update), server(sealer.record(23, bytes(' after')))]);
    expect(text(told.plain.server)).toBe('before after');
    expect(told.lines).toContain('server key update');
  });

  it('goes on behind a record that was damaged', () => {
    const told = startTls(keysOf(simpleKeyLog));
    const sealer = createSealer(secrets.server);
    const records = ['one', 'two', 'three', 'four'].map((word) => sealer.record(23, bytes(word)));
    records[1]![9]! ^= 1;
    records[2]![9]! ^= 1;
    told.play([...opening, ...records.map(server)]);
    expect(told.lines.slice(openingLines.length)).toEqual([
      'server plain 3 in 774-799',
      `server missing ${25 + 27}`,
      'server plain 4 in 851-877',
    ]);
  });
});

describe('keys that come later', () => {
  it('open what was held, with the times at which it came', () => {
    const keys = createTlsKeys();
    const told = startTls(keys, { keysMayCome: true, times: true });
    told.play([...simple, { sender: 'client', ends: 'fin' }]);
    expect(told.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'client hello',
      'server hello',
      'group 29',
    ]);
    keys.add(simpleKeyLog.split('\n').slice(0, 3).join('\n'));
    told.observer.keysChanged();
    expect(told.lines.at(-1)).toBe('handshake ended @4000');
    keys.add(simpleKeyLog);
    told.observer.keysChanged();
    expect(told.lines.slice(-5)).toEqual([
      'client plain 50 in 259-331 @6000',
      'server plain 50 in 1001-1073 @7000',
      'client alert close_notify @8000',
      'server alert close_notify @9000',
      'client fin @10000',
    ]);
  });

  it('that never come leave the hellos, the length of the handshake, and a reason', () => {
    const told = startTls(createTlsKeys(), { keysMayCome: true, times: true });
    told.play([...simple, { sender: 'client', ends: 'fin' }]);
    told.observer.keysComplete();
    expect(told.lines.slice(3)).toEqual([
      expect.stringMatching(/^locked: No key log has the secrets .* @3000$/),
      'handshake ended @4000',
      'client fin @10000',
    ]);
  });

  it('are waited for with 256 KiB of each side', () => {
    const told = startTls(createTlsKeys(), { keysMayCome: true });
    const sealer = createSealer(secrets.server);
    const record = sealer.record(23, new Uint8Array(16_000));
    told.play([...opening, ...Array.from({ length: 15 }, () => server(record))]);
    expect(told.lines.some((line) => line.startsWith('locked'))).toBe(false);
    told.play(Array.from({ length: 3 }, () => server(record)));
    expect(told.lines.filter((line) => line.startsWith('locked'))).toHaveLength(1);
    told.observer.keysChanged();
    expect(told.plain.server).toEqual([]);
  });

  it('are waited for during five seconds of the capture', () => {
    const told = startTls(createTlsKeys(), { keysMayCome: true });
    const record = createSealer(secrets.server).record(23, bytes('x'));
    told.play([...opening, { passesMs: 4_990 }, server(record)]);
    expect(told.lines.some((line) => line.startsWith('locked'))).toBe(false);
    told.play([{ passesMs: 20 }, server(record)]);
    expect(told.lines.some((line) => line.startsWith('locked'))).toBe(true);
  });

  it('may be less than what was asked for', () => {
    const told = startTls(keysOf(simpleKeyLog.split('\n').slice(0, 3).join('\n')));
    told.play(simple);
    expect(told.lines.at(-1)).toMatch(/^locked: The key log has only some of the secrets/);
  });

  it('may be of another connection', () => {
    const wrong = simpleKeyLog.replaceAll('a', 'b').replaceAll(/ cb34[0-9a-f]{60}/g, (random) => random);
    const random = / cb34[0-9a-f]{60}/.exec(simpleKeyLog)![0];
    const told = startTls(keysOf(wrong.replaceAll(/ cb34[0-9a-f]{60}/g, random)));
    const record = createSealer(secrets.server).record(23, bytes('x'));
    told.play([...opening, ...Array.from({ length: 70 }, () => server(record))]);
    expect(told.lines.at(-1)).toMatch(/^locked: The secrets in the key log do not open/);
  });
});

describe('a capture that lacks packets', () => {
  const sealer = createSealer(secrets.server);
  const records = Array.from({ length: 40 }, (_each, index) => sealer.record(23, bytes(`record ${index}.`)));
  const stream = Uint8Array.from(Buffer.concat(records));
  const start = 774;

  function around(gapFrom: number, gapTo: number): { lines: string[]; plain: string } {
    const told = startTls(keysOf(simpleKeyLog));
    told.play([
      ...opening,
      server(stream.subarray(0, gapFrom)),
      { sender: 'server', missing: gapTo - gapFrom },
      server(stream.subarray(gapTo)),
    ]);
    return { lines: told.lines.slice(openingLines.length), plain: text(told.plain.server) };
  }

  it('goes on at the next record that opens, and says how much it could not read', () => {
    const size = records[0]!.length;
    const { lines, plain } = around(size + 7, 3 * size + 9);
    expect(plain.startsWith('record 0.record 4.')).toBe(true);
    expect(plain.endsWith('record 39.')).toBe(true);
    expect(lines.slice(0, 3)).toEqual([
      `server plain 9 in ${start}-${start + size}`,
      `server missing ${3 * size}`,
      `server plain 9 in ${start + 4 * size}-${start + 5 * size}`,
    ]);
  });

  it('reads everything but the records that a gap touches, wherever it is', () => {
    const ends: number[] = [];
    for (const record of records) ends.push((ends.at(-1) ?? 0) + record.length);
    for (let from = 0; from < stream.length - 60; from += 13) {
      const to = from + 1 + ((from * 7) % 59);
      const whole = records.filter(
        (record, index) => ends[index]! <= from || ends[index]! - record.length >= to,
      );
      const { plain } = around(from, to);
      expect(plain.match(/record \d+\./g)?.length).toBe(whole.length);
    }
  });

  it('goes on where the sender has changed its keys in the gap', () => {
    const later = createSealer(secrets.server);
    const before = later.record(23, bytes('before'));
    const update = later.record(22, Uint8Array.of(24, 0, 0, 1, 0));
    later.update();
    const skipped = later.record(23, bytes('skipped'));
    const after = later.record(23, bytes(' after'));
    const told = startTls(keysOf(simpleKeyLog));
    const gap: TlsStep = { sender: 'server', missing: update.length + skipped.length };
    told.play([...opening, server(before), gap, server(after)]);
    expect(text(told.plain.server)).toBe('before after');
  });

  it('goes on behind a gap in the handshake', () => {
    const told = startTls(keysOf(simpleKeyLog));
    const [hello, answer, flight, ...rest] = simple;
    const lost = 'bytes' in flight! ? flight.bytes.length : 0;
    told.play([hello!, answer!, { sender: 'server', missing: lost }, ...rest]);
    expect(told.plain).toEqual({ client: [sentInTraces], server: [sentInTraces] });
    expect(told.lines.join()).not.toContain('missing');
  });

  it('tells an alert behind a gap whether or not what follows it has come already', () => {
    const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 40);
    for (const parts of [[Uint8Array.of(...alert, 7, 7, 7, 7, 7)], [alert, Uint8Array.of(7, 7, 7, 7, 7)]]) {
      const told = startTls(keysOf(simpleKeyLog));
      told.play([...opening, { sender: 'server', missing: 100 }, ...parts.map(server)]);
      expect(told.lines.slice(openingLines.length)).toEqual(['server alert handshake_failure fatal']);
    }
  });

  it('says why when the hellos are missing', () => {
    const [hello, answer, ...rest] = simple;
    const withoutAnswer = startTls(keysOf(simpleKeyLog));
    withoutAnswer.play([hello!, { sender: 'server', missing: 95 }, ...rest]);
    expect(withoutAnswer.lines.at(-1)).toMatch(
      /^locked: Packets that opened this TLS connection are missing/,
    );
    const withoutHello = startTls(keysOf(simpleKeyLog));
    withoutHello.play([answer!, ...rest]);
    expect(withoutHello.lines[2]).toMatch(/^locked: Packets that opened this TLS connection are missing/);
    const midstream = startTls(keysOf(simpleKeyLog));
    midstream.play(rest);
    expect(midstream.lines).toEqual([expect.stringMatching(/^locked: The capture began after/)]);
  });
});

describe('what is no TLS', () => {
  it('is said once', () => {
    const told = startTls(createTlsKeys());
    told.play([
      { sender: 'client', bytes: bytes('GET / HTTP/1.1\r\n\r\n') },
      { sender: 'server', bytes: bytes('HTTP/1.1 200 OK\r\n\r\n') },
    ]);
    expect(told.lines).toEqual([expect.stringMatching(/^locked: What was sent here is not TLS/)]);
  });

  it('is said of a server that answers a hello with something else', () => {
    const told = startTls(createTlsKeys());
    told.play([simple[0]!, { sender: 'server', bytes: bytes('HTTP/1.1 400 Bad Request\r\n\r\n') }]);
    expect(told.lines[1]).toMatch(
      /^locked: The server answered the first message of TLS with something else/,
    );
  });

  it('is told by the first bytes', () => {
    expect(looksLikeTls(new Uint8Array(0))).toBe('need-more');
    expect(looksLikeTls(bytesOfHex('160301'))).toBe('need-more');
    expect(looksLikeTls(bytesOfHex('16030100c401'))).toBe('yes');
    expect(looksLikeTls(bytesOfHex('16030100c402'))).toBe('no');
    expect(looksLikeTls(bytes('GET'))).toBe('no');
  });
});
