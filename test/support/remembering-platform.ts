import type { Platform } from '../../core/model/platform.ts';
import { nodePlatform } from './platform.ts';

/**
 * The platform for tests that derive the same few keys a hundred thousand times: a code is computed once, and one array stands for all keys of the
 * same bytes. Keeps everything it was asked.
 */
export function createRememberingPlatform(): Platform {
  const codes = new Map<string, Uint8Array>();
  const keys = new Map<string, Uint8Array>();
  const textOf = (bytes: Uint8Array): string => nodePlatform.latin1(bytes, 0, bytes.length);
  const same = (key: Uint8Array): Uint8Array => remembered(keys, textOf(key), () => key);
  return {
    ...nodePlatform,
    hmac: (hash, key, data) =>
      remembered(codes, `${hash} ${key.length} ${textOf(key)}${textOf(data)}`, () =>
        nodePlatform.hmac(hash, key, data),
      ),
    openAead: (cipher, key, ...sealed) => nodePlatform.openAead(cipher, same(key), ...sealed),
    aesBlock: (key, block) => nodePlatform.aesBlock(same(key), block),
  };
}

function remembered(known: Map<string, Uint8Array>, asked: string, compute: () => Uint8Array): Uint8Array {
  const before = known.get(asked);
  if (before !== undefined) return before;
  const computed = compute();
  known.set(asked, computed);
  return computed;
}
