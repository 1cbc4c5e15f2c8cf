import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sender } from '../../../core/observers/observer.ts';
import { createSealer, keysOf, startTls, steps, type TlsStep } from './tls-script.ts';
import { earlyDataHandshake, earlyDataKeyLog, simpleHandshake, simpleKeyLog } from './tls-vectors.ts';

const sealer = createSealer('a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643');
/** What the server sends on, after a gap of one of its own records. */
const more: readonly TlsStep[] = Array.from({ length: 6 }, () => sealer.record(23, new Uint8Array(200))).map(
  (bytes, index): TlsStep =>
    index === 3 ? { sender: 'server', missing: bytes.length } : { sender: 'server', bytes },
);

const connections: readonly (readonly [name: string, script: readonly TlsStep[], keyLog: string])[] = [
  ['with its keys', steps(simpleHandshake), simpleKeyLog],
  ['with early data', steps(earlyDataHandshake), earlyDataKeyLog],
  ['without keys', steps(simpleHandshake), ''],
  ['with a gap', [...steps(simpleHandshake).slice(0, 4), ...more], simpleKeyLog],
];

/** Neighbouring bytes of one sender become one step, which is then cut anywhere. */
function merged(script: readonly TlsStep[]): TlsStep[] {
  const all: TlsStep[] = [];
  for (const step of script) {
    const last = all.at(-1);
    if (last !== undefined && 'bytes' in last && 'bytes' in step && last.sender === step.sender) {
      all[all.length - 1] = {
        sender: step.sender,
        bytes: Uint8Array.from([...last.bytes, ...step.bytes]),
      };
    } else all.push(step);
  }
  return all;
}

function told(
  script: readonly TlsStep[],
  keyLog: string,
  chunksOf?: (bytes: Uint8Array) => Uint8Array[],
): { lines: string[]; plain: Record<Sender, Uint8Array[]> } {
  const { lines, plain, play, observer } = startTls(keysOf(keyLog), { keysMayCome: true });
  play(script, chunksOf);
  observer.keysComplete();
  return { lines, plain };
}

describe.each(connections)('a connection %s', (_name, script, keyLog) => {
  it('gives the same events however its bytes are cut', () => {
    const whole = told(script, keyLog);
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 400 })), (sizes) => {
        const cut = told(merged(script), keyLog, (bytes) => {
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = Number(sizes.next().value);
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          return chunks;
        });
        expect(cut).toEqual(whole);
      }),
      { numRuns: 150 },
    );
    expect(told(merged(script), keyLog, (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(
      whole,
    );
  });
});
