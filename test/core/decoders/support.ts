import fc from 'fast-check';
import { expect } from 'vitest';
import type { BodySample, Decoded, Decoder } from '../../../core/decoders/decoder.ts';
import { treeKind, treeNode, type TreeTable } from '../../../core/decoders/tree.ts';
import { encodeUtf8 } from '../../../core/decoders/utf8.ts';

export function sample(
  body: string | Uint8Array,
  contentType: string | null = null,
  complete = true,
): BodySample {
  return { contentType, bytes: typeof body === 'string' ? encodeUtf8(body) : body, complete };
}

export function hex(digits: string): Uint8Array {
  const pairs = digits.match(/[0-9a-f]{2}/gi) ?? [];
  return Uint8Array.from(pairs, (pair) => parseInt(pair, 16));
}

/** A tree as lines: depth in dots, label, kind and text. */
export function treeLines(tree: TreeTable): string[] {
  return Array.from({ length: tree.count }, (_, index) => {
    const { label, text } = treeNode(tree, index);
    const dots = '.'.repeat(tree.depths[index] ?? 0);
    return `${dots}${label === '' ? '' : `${label}: `}${treeKind(tree, index)}${text === '' ? '' : ` ${text}`}`;
  });
}

export function decoded<K extends Decoded['kind']>(
  decoder: Decoder,
  body: BodySample,
  kind: K,
): Extract<Decoded, { kind: K }> {
  const result = decoder.decode(body);
  if (!result.ok) throw new Error(result.error.message);
  expect(result.value.kind).toBe(kind);
  return result.value as Extract<Decoded, { kind: K }>;
}

/** Changes, drops, repeats and cuts bytes of `seed`: what a decoder must survive. */
export function mutated(seed: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.nat(Math.max(0, seed.length - 1)),
    remove: fc.nat(4),
    insert: fc.uint8Array({ maxLength: 6 }),
  });
  return fc.array(edit, { maxLength: 6 }).map((edits) => {
    let bytes = [...seed];
    for (const { at, remove, insert } of edits) bytes.splice(Math.min(at, bytes.length), remove, ...insert);
    bytes = bytes.slice(0, 5000);
    return Uint8Array.from(bytes);
  });
}
