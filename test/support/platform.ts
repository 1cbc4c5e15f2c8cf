import { Buffer } from 'node:buffer';
import type { Platform } from '../../core/model/platform.ts';

/** The platform under Node, for tests of `core`. */
export const nodePlatform: Platform = {
  latin1: (bytes, from, to) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to),
};
