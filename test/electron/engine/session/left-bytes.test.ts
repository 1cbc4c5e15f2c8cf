import { appendFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureAsItIs, createLeftBytes } from '../../../../electron/engine/session/left-bytes.ts';
import { scratchFolder } from '../../../support/scratch.ts';

function capture(): string {
  const file = path.join(scratchFolder(), 'a.pcap');
  writeFileSync(file, 'the capture');
  return file;
}

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();

describe('what was left in a capture', () => {
  it('is read there, also when more has been written behind it', () => {
    const file = capture();
    const left = createLeftBytes(captureAsItIs(file));
    appendFileSync(file, ' and more');
    expect(text(left(4, 7))).toBe('capture');
    // It is open: nobody takes it away any more.
    unlinkSync(file);
    expect(text(left(0, 3))).toBe('the');
  });

  it('is nothing where there is no such place, or no capture', () => {
    const left = createLeftBytes(captureAsItIs(capture()));
    expect([left(4, 8), left(-1, 1), left(0.5, 1), left(NaN, 1), left(2 ** 60, 1)]).toEqual(
      new Array<null>(5).fill(null),
    );
    expect(createLeftBytes(null)(0, 1)).toBeNull();
  });

  it('is not looked for in another file, or in what is left of it', () => {
    const replaced = capture();
    const before = captureAsItIs(replaced);
    writeFileSync(`${replaced}.new`, 'the capture');
    renameSync(`${replaced}.new`, replaced);
    expect(() => createLeftBytes(before)(0, 1)).toThrow('changed after it had been read');
    const cut = capture();
    const whole = captureAsItIs(cut);
    truncateSync(cut, 5);
    expect(() => createLeftBytes(whole)(0, 1)).toThrow('changed after it had been read');
  });
});
