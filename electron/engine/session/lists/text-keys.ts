import type { Ids } from '../columns/fields.ts';
import type { ReadKeys } from './keys.ts';

/** Characters one number tells apart: each is one of 257, and 257^6 is below 2^53. */
const keyChars = 6;

/**
 * Keys of texts by the codes of their characters, of which those above 255 count as 255. `of` gives null for none; all
 * are equal up to `depth`.
 */
export function keysOfTexts(ids: Ids, of: (id: number) => string | null, depth: number): ReadKeys | null {
  const keys = new Float64Array(ids.length).fill(NaN);
  const common = commonChars(ids, of, depth);
  let areEqual = true;
  let areAll = true;
  for (let n = 0; n < ids.length; n++) {
    const text = of(ids[n] as number);
    if (text === null) {
      areAll = false;
      continue;
    }
    const key = keyAt(text, common);
    keys[n] = key;
    areEqual &&= key === 0;
  }
  if (!areEqual) return { keys, depth: common + keyChars };
  return areAll ? null : { keys, depth: null };
}

/** Characters that all have in common, at least `depth` unless all end before. */
function commonChars(ids: Ids, of: (id: number) => string | null, depth: number): number {
  let model: string | null = null;
  let common = 0;
  for (const id of ids) {
    const text = of(id);
    if (text === null) continue;
    if (model === null) {
      model = text;
      common = text.length;
      continue;
    }
    let same = Math.min(depth, common, text.length);
    const most = Math.min(common, text.length);
    while (same < most && codeAt(text, same) === codeAt(model, same)) same++;
    common = same;
    if (common <= depth) return depth;
  }
  return common;
}

function keyAt(text: string, from: number): number {
  let key = 0;
  for (let at = from; at < from + keyChars; at++)
    key = key * 257 + (at < text.length ? codeAt(text, at) + 1 : 0);
  return key;
}

function codeAt(text: string, at: number): number {
  return Math.min(text.charCodeAt(at), 255);
}
