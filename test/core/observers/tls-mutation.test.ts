import { memoryUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import { createTlsKeys } from '../../../core/packets/tls-keys.ts';
import { createRememberingPlatform } from '../../support/remembering-platform.ts';
import { createRandom } from './http1-script.ts';
import { createSealer, keysOf, startTls, steps, type TlsStep } from './tls-script.ts';
import { earlyDataHandshake, earlyDataKeyLog, simpleHandshake, simpleKeyLog } from './tls-vectors.ts';

/** With those of QUIC, a hundred thousand. */
const CASES = 60_000;
const seeds = [steps(simpleHandshake), steps(earlyDataHandshake)];
const keys = keysOf(simpleKeyLog + earlyDataKeyLog);

const platform = createRememberingPlatform();

/** One to three changes: a bit, a cut, bytes put in or taken out, a gap, a step left out, doubled or of the other sender. */
function mutate(seed: readonly TlsStep[], random: (below: number) => number): TlsStep[] {
  const script = [...seed];
  for (let left = 1 + random(3); left > 0; left--) {
    const index = random(script.length);
    const step = script[index];
    if (step === undefined || !('bytes' in step)) continue;
    const at = random(step.bytes.length);
    const bytes = step.bytes.slice();
    switch (random(8)) {
      case 0:
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        script[index] = { ...step, bytes };
        break;
      case 2:
        script[index] = { ...step, bytes: bytes.subarray(0, at) };
        break;
      case 3:
        script[index] = {
          ...step,
          bytes: Uint8Array.from([...bytes.subarray(0, at), random(256), random(256), ...bytes.subarray(at)]),
        };
        break;
      case 4:
        script.splice(
          index,
          1,
          { ...step, bytes: bytes.subarray(0, at) },
          { sender: step.sender, missing: 1 + random(600) },
          {
            ...step,
            bytes: bytes.subarray(Math.min(bytes.length, at + random(50))),
          },
        );
        break;
      case 5:
        script.splice(index, 1);
        break;
      case 6:
        script.splice(index, 0, step);
        break;
      default:
        script[index] = { bytes, sender: step.sender === 'client' ? 'server' : 'client' };
    }
  }
  return script;
}

describe('mutated connections', { timeout: 240_000 }, () => {
  it('are told without a failure, in a bounded number of events', () => {
    const random = createRandom(8448);
    let locked = 0;
    for (let index = 0; index < CASES; index++) {
      const script = mutate(seeds[index % seeds.length]!, random);
      const { lines, observer, play, plain } = startTls(keys, { keysMayCome: index % 3 === 0, platform });
      play(script);
      observer.keysComplete();
      const reasons = lines.filter((line) => line.startsWith('locked'));
      locked += reasons.length;
      if (reasons.length > 1 || lines.length > 60) throw new Error(`Case ${index}: ${lines.join('\n')}`);
      // A record that was changed cannot be opened: what is told was sent, byte for byte.
      for (const part of [...plain.client, ...plain.server]) {
        if (part.length !== 50 && part.length !== 6)
          throw new Error(`Case ${index} told ${part.length} bytes.`);
      }
    }
    expect(locked).toBeGreaterThan(1000);
  });
});

describe('floods', { timeout: 60_000 }, () => {
  const flight = steps(simpleHandshake).slice(0, 4);

  it('of records that cannot be opened end with a reason', () => {
    const told = startTls(keysOf(simpleKeyLog));
    const record = Uint8Array.from([23, 3, 3, 0, 40, ...new Uint8Array(40)]);
    told.play(flight);
    for (let index = 0; index < 10_000; index++) told.play([{ sender: 'server', bytes: record }]);
    expect(told.lines.filter((line) => line.startsWith('locked'))).toHaveLength(1);
  });

  it('of gaps between what looks like records cost a bounded number of trials', () => {
    const told = startTls(keysOf(simpleKeyLog));
    const record = Uint8Array.from([23, 3, 3, 0x3f, 0xff, ...new Uint8Array(0x3fff)]);
    told.play(flight);
    for (let index = 0; index < 300; index++) {
      told.play([
        { sender: 'server', missing: 10_000_000 },
        { sender: 'server', bytes: record },
      ]);
    }
    expect(told.lines.at(-1)).toMatch(/^locked: Too many packets/);
  });

  it('of a handshake message without an end keep a bounded part of it', () => {
    const told = startTls(createTlsKeys());
    told.play(flight.slice(0, 1));
    const before = memoryUsage().arrayBuffers;
    const begin = Uint8Array.from([22, 3, 3, 0x40, 0, 11, 0xff, 0xff, 0xff, ...new Uint8Array(0x3ffc)]);
    const more = Uint8Array.from([22, 3, 3, 0x40, 0, ...new Uint8Array(0x4000)]);
    told.play([{ sender: 'server', bytes: begin }]);
    for (let index = 0; index < 900; index++) told.play([{ sender: 'server', bytes: more }]);
    expect(memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    expect(told.lines).toHaveLength(1);
  });

  it('of single bytes take time by their number', () => {
    const told = startTls(keysOf(simpleKeyLog));
    const sealer = createSealer('a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643');
    told.play(flight);
    for (let index = 0; index < 20; index++) {
      const record = sealer.record(23, new Uint8Array(16_000));
      told.play([{ sender: 'server', bytes: record }], (bytes) =>
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      );
    }
    expect(told.plain.server).toHaveLength(20);
  });
});
