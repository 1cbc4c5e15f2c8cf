import { decodeBase64 } from '../../core/decoders/base64.ts';
import { readJwt } from '../../core/decoders/jwt.ts';
import { transforms, type TransformInput } from '../../core/decoders/transforms.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';

/** A transform that may need the browser: compression and digests answer later. */
export interface Step {
  readonly id: string;
  readonly name: string;
  readonly group: 'Decode' | 'Encode' | 'Explain' | 'Digest';
  readonly inverse: string | null;
  readonly apply: (
    input: TransformInput,
  ) => Result<string | Uint8Array> | Promise<Result<string | Uint8Array>>;
}

/** A few bytes of gzip can hold gigabytes. */
const unpackedBytesMax = 16_777_216;

/** Every transform of the box: the pure ones and those that the browser does. */
export const steps: readonly Step[] = [
  ...transforms,
  unpacking('gunzip', 'gzip', 'gzip', 'gzip'),
  unpacking('inflate', 'deflate (zlib)', 'deflate', 'deflate'),
  unpacking('inflate-raw', 'deflate (bare)', 'deflate-raw', 'deflate-raw'),
  packing('gzip', 'gzip', 'gunzip', 'gzip'),
  packing('deflate', 'deflate (zlib)', 'inflate', 'deflate'),
  packing('deflate-raw', 'deflate (bare)', 'inflate-raw', 'deflate-raw'),
  { id: 'jwt', name: 'JWT', group: 'Explain', inverse: null, apply: ({ text }) => explainJwt(text) },
  ...(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const).map(digest),
];

function packing(id: string, name: string, inverse: string, format: CompressionFormat): Step {
  return {
    ...{ id, name, inverse, group: 'Encode' },
    apply: async ({ bytes }) => succeed(await through(bytes, new CompressionStream(format))),
  };
}

function unpacking(id: string, name: string, inverse: string, format: CompressionFormat): Step {
  return {
    ...{ id, name, inverse, group: 'Decode' },
    apply: async ({ text, bytes }) => {
      // What was compressed is no text: it is pasted as base64 or hexadecimal.
      const pasted = /^[\x09-\x7e]*$/.test(text) ? pastedBytes(text) : bytes;
      try {
        return succeed(await through(pasted ?? bytes, new DecompressionStream(format)));
      } catch {
        return fail('not-packed', `This is not ${name}. Paste it as base64 or hexadecimal.`);
      }
    },
  };
}

function pastedBytes(text: string): Uint8Array | null {
  const compact = text.replace(/\s/g, '');
  if (/^([0-9a-f]{2})+$/i.test(compact))
    return Uint8Array.from(compact.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return decodeBase64(compact);
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const reader = new Blob([bytes.slice()]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > unpackedBytesMax) {
      await reader.cancel();
      break;
    }
  }
  const joined = new Uint8Array(Math.min(length, unpackedBytesMax));
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, joined.length - at);
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function digest(name: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'): Step {
  return {
    ...{ id: name.toLowerCase(), name, group: 'Digest', inverse: null },
    apply: async ({ bytes }) => {
      // Browsers leave it out of pages that came over plain HTTP from another machine.
      const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
      if (subtle === undefined) return fail('no-digests', 'This browser gives no digests to this page.');
      const hash = new Uint8Array(await subtle.digest(name, bytes.slice()));
      return succeed(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''));
    },
  };
}

function explainJwt(text: string): Result<string> {
  const read = readJwt(text.trim().replace(/^bearer\s+/i, ''));
  if (!read.ok) return read;
  const lines = read.value.cards.flatMap(({ title, facts }) => [
    title,
    ...facts.map(
      ({ name, value, meaning }) => `  ${name}: ${value}${meaning === undefined ? '' : `   ${meaning}`}`,
    ),
    '',
  ]);
  return succeed([...lines, ...read.value.notes].join('\n'));
}
