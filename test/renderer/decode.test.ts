import { describe, expect, it } from 'vitest';
import { decoders } from '../../core/decoders/index.ts';
import { detectBody } from '../../core/decoders/detect-body.ts';
import { decode } from '../../renderer/decoding/decode.ts';
import { bodyKindName, bodyModes } from '../../renderer/panels/exchanges/detail/body-modes.ts';

const encode = (text: string) => new TextEncoder().encode(text);

describe('decoding without a worker', () => {
  const signal = new AbortController().signal;
  const sample = (text: string) => ({ contentType: null, bytes: encode(text), complete: true });

  it('reads small bodies at once', async () => {
    const result = await decode({ kind: 'decode', decoder: 'json', sample: sample('[1,2]') }, signal);
    expect(result.ok && result.value).toMatchObject({ kind: 'json', count: 3 });
  });

  it('reads large JSON in slices', async () => {
    const text = `[${'1,'.repeat(600_000)}1]`;
    const result = await decode({ kind: 'decode', decoder: 'json', sample: sample(text) }, signal);
    expect(result.ok && result.value).toMatchObject({ kind: 'json', count: 600_002, problem: null });
  });

  it('says that other large bodies are too large', async () => {
    const result = await decode(
      { kind: 'decode', decoder: 'xml', sample: sample('<a>'.repeat(500_000)) },
      signal,
    );
    expect(result.ok ? '' : result.error.code).toBe('too-large');
  });

  it('lays text out, and says why it cannot', async () => {
    const laidOut = await decode({ kind: 'lay-out', language: 'json', bytes: encode('{"a":1.0}') }, signal);
    expect(laidOut.ok && laidOut.value).toEqual({ kind: 'laid-out', text: '{\n  "a": 1.0\n}' });
    const broken = await decode({ kind: 'lay-out', language: 'json', bytes: encode('{') }, signal);
    expect(broken.ok ? '' : broken.error.message).toBe('The JSON ends too early.');
  });
});

describe('the views of a body', () => {
  const modes = (body: string | Uint8Array, type: string) => {
    const bytes = typeof body === 'string' ? encode(body) : body;
    const detected = detectBody({ contentType: type, bytes, complete: true }, decoders);
    return [bodyKindName(detected), ...bodyModes(detected).map(({ value }) => value)];
  };

  it('begin with the one that suits it', () => {
    expect(modes('{"a":1}', 'application/json')).toEqual(['json', 'decoder:json', 'text', 'hex']);
    expect(modes('<p>', 'text/html')).toEqual(['html', 'text', 'page', 'hex']);
    expect(modes('<svg/>', 'image/svg+xml')).toEqual(['drawing', 'image', 'decoder:xml', 'text', 'hex']);
    expect(modes(Uint8Array.of(0, 1, 2), 'application/octet-stream')).toEqual(['binary', 'hex', 'text']);
    expect(modes('plain', 'text/plain')).toEqual(['plain', 'text', 'hex']);
  });
});
