import { describe, expect, it } from 'vitest';
import { transformInput } from '../../core/decoders/transforms.ts';
import { runSteps } from '../../renderer/format/run-steps.ts';
import { steps } from '../../renderer/format/runtime-transforms.ts';

const run = (text: string, ...ids: string[]) =>
  runSteps(
    transformInput(text, 0),
    ids.map((id) => steps.find((step) => step.id === id)!),
  );

describe('the box that encodes and decodes', () => {
  it('applies steps one after another', async () => {
    expect(await run('caf%C3%A9', 'url-decode', 'base64-encode')).toMatchObject({
      text: 'Y2Fmw6k=',
      problem: null,
    });
  });

  it.each([
    ['gzip', 'gunzip'],
    ['deflate', 'inflate'],
    ['deflate-raw', 'inflate-raw'],
  ])('undoes %s by %s, pasted as base64 or hexadecimal too', async (pack, unpack) => {
    expect((await run('warm light', pack, unpack)).text).toBe('warm light');
    expect((await run('warm light', pack, 'base64-encode', unpack)).text).toBe('warm light');
    expect((await run('warm light', pack, 'hex-encode', unpack)).text).toBe('warm light');
  });

  it('shows bytes that are no text in hexadecimal', async () => {
    expect(await run('/w==', 'base64-decode')).toMatchObject({ text: 'ff', bytes: 1 });
  });

  it('names the step that cannot go on and keeps what there was before it', async () => {
    const outcome = await run('%41!', 'url-decode', 'base64-decode', 'url-encode');
    expect(outcome.text).toBe('A!');
    expect(outcome.problem).toBe(
      'Step 2, Base64, base64url: This is not base64: a character or the length does not fit.',
    );
  });

  it('digests bytes', async () => {
    expect((await run('abc', 'sha-256')).text).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('does not unpack more than 16 MiB', async () => {
    const bomb = Buffer.from(
      new Uint8Array(
        await new Response(
          new Blob([new Uint8Array(30_000_000)]).stream().pipeThrough(new CompressionStream('gzip')),
        ).arrayBuffer(),
      ),
    ).toString('base64');
    expect((await run(bomb, 'gunzip')).bytes).toBe(16_777_216);
  });

  it('knows the inverse of every step that has one', () => {
    const ids = steps.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { inverse } of steps) if (inverse !== null) expect(ids).toContain(inverse);
  });
});
