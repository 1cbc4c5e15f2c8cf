import type { Platform } from '../../../core/model/platform.ts';

/** What `core` needs, from Node. */
export const nodePlatform: Platform = {
  latin1: (bytes, from, to) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to),
};
