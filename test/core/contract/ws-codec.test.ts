import { describe, expect, it } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  type TextCodec,
  type WireMessage,
} from '../../../core/contract/ws-codec.ts';

const text: TextCodec = {
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder().decode(bytes),
};

const page: WireMessage = {
  kind: 'answer',
  id: 7,
  outcome: {
    ok: true,
    value: { bytes: Uint8Array.of(0, 255, 123, 10), done: true, contentType: 'täxt/plain' },
  },
};

describe('the WebSocket codec', () => {
  it('sends a message without bytes as JSON text', () => {
    const call: WireMessage = { kind: 'call', id: 1, service: 'engine', method: 'status', params: {} };
    const frame = encodeFrame(call, text);
    expect(frame).toBe(JSON.stringify(call));
    expect(decodeFrame(frame, text)).toEqual(call);
  });

  it('carries bytes raw behind the length and the JSON', () => {
    const frame = encodeFrame(page, text);
    if (typeof frame === 'string') throw new Error('expected a binary frame');
    const jsonLength = new DataView(frame.buffer).getUint32(0);
    expect([...frame.subarray(4 + jsonLength)]).toEqual([0, 255, 123, 10]);
    expect(text.decode(frame.subarray(4, 4 + jsonLength))).not.toContain('bytes');
    expect(decodeFrame(frame, text)).toEqual(page);
  });

  it('carries the bytes of a call too', () => {
    const call: WireMessage = {
      ...{ kind: 'call', id: 3, service: 'transfers', method: 'upload' },
      params: { name: 'a.har', bytes: Uint8Array.of(1, 0, 255) },
    };
    const frame = encodeFrame(call, text);
    expect(frame).toBeInstanceOf(Uint8Array);
    expect(decodeFrame(frame, text)).toEqual(call);
  });

  it('carries arrays in other places, and in the elements of a list', () => {
    const answer: WireMessage = {
      ...{ kind: 'answer', id: 9 },
      outcome: {
        ok: true,
        value: {
          bytes: Uint8Array.of(1, 2),
          atUs: Float64Array.of(0.5, NaN, 1.7e15),
          sources: [
            { name: 'Frame', bytes: Uint8Array.of(255, 0) },
            { name: 'Decrypted', bytes: new Uint8Array() },
          ],
          count: 2,
        },
      },
    };
    const frame = encodeFrame(answer, text) as Uint8Array;
    expect(decodeFrame(frame, text)).toEqual(answer);
    const shifted = new Uint8Array(frame.length + 3);
    shifted.set(frame, 3);
    expect(decodeFrame(shifted.subarray(3), text)).toEqual(answer);
    for (let length = 0; length < frame.length; length += 1)
      expect(decodeFrame(frame.subarray(0, length), text)).toBeNull();
  });

  it('keeps an empty page a page', () => {
    const empty: WireMessage = {
      kind: 'answer',
      id: 1,
      outcome: { ok: true, value: { bytes: new Uint8Array() } },
    };
    expect(decodeFrame(encodeFrame(empty, text), text)).toEqual(empty);
  });

  it('reads a frame that starts inside a larger buffer', () => {
    const frame = encodeFrame(page, text) as Uint8Array;
    const larger = new Uint8Array(frame.length + 9);
    larger.set(frame, 5);
    expect(decodeFrame(larger.subarray(5, 5 + frame.length), text)).toEqual(page);
  });

  it('gives null for what is not a message', () => {
    const frame = encodeFrame(page, text) as Uint8Array;
    for (const bad of [
      '',
      '{',
      'null',
      '[]',
      '{"kind":"call"}',
      '{"kind":"answer","id":1,"outcome":{"ok":false}}',
    ]) {
      expect(decodeFrame(bad, text)).toBeNull();
    }
    expect(decodeFrame(new Uint8Array(3), text)).toBeNull();
    expect(decodeFrame(frame.subarray(0, 20), text)).toBeNull();
    expect(decodeFrame(Uint8Array.of(255, 255, 255, 255, 1), text)).toBeNull();
  });

  it('gives null for a binary frame whose message has no place for bytes', () => {
    const json = text.encode('{"kind":"event","service":"engine","event":"status"}');
    const frame = new Uint8Array(4 + json.length);
    new DataView(frame.buffer).setUint32(0, json.length);
    frame.set(json, 4);
    expect(decodeFrame(frame, text)).toBeNull();
  });
});
