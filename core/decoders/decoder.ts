import type { Result } from '../model/result.ts';
import type { CardList } from './cards.ts';
import type { FieldList } from './fields.ts';
import type { JsonTable } from './json-scan.ts';
import type { Multipart } from './parts.ts';
import type { TreeTable } from './tree.ts';

/** A body, or its beginning, and what its head says of it. */
export interface BodySample {
  /** Value of Content-Type, null when there is none. */
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
  /** `bytes` are the whole body. */
  readonly complete: boolean;
}

/** What a decoder makes of a body: plain data that crosses to another thread without loss. */
export type Decoded = JsonTable | TreeTable | FieldList | CardList | Multipart;

/**
 * Reads one body format. Pure and total: hostile bytes cost time linear in their number and give a value or a
 * reason, never an exception. A body that breaks off, or breaks, half-way gives what was read before and says so.
 */
export interface Decoder {
  readonly id: string;
  /** As the choice of views names it. */
  readonly name: string;
  /** More bytes than this are not given to `decode`. */
  readonly bytesMax: number;
  /** Decides by type and first bytes, cheaply: it runs for every body that is opened. */
  readonly recognises: (sample: BodySample) => boolean;
  readonly decode: (sample: BodySample) => Result<Decoded>;
}

/** `application/json` of `Application/JSON; charset=utf-8`; empty when there is none. */
export function mediaTypeOf(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** A parameter of a media type (RFC 9110 section 5.6.6), its quotes removed; null when it is not there. */
export function parameterOf(value: string, name: string): string | null {
  const pattern = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g;
  for (const [, found = '', quoted, bare] of value.matchAll(pattern)) {
    if (found.toLowerCase() === name) return quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
  }
  return null;
}

/** Types that say nothing of what is inside. */
export function saysLittle(mediaType: string): boolean {
  return /^$|^text\/plain$|^(application|binary)\/(octet-stream|binary|unknown|x-unknown)$/.test(mediaType);
}
