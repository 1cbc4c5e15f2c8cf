import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import type { Client } from '../../../../core/contract/client.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';

export interface BodySource {
  readonly exchangeId: number;
  readonly side: BodySide;
  /** Content codings undone. */
  readonly decoded: boolean;
}

export interface BodyState {
  readonly bytes: Uint8Array;
  /** Null while unknown. */
  readonly totalBytes: number | null;
  readonly done: boolean;
  readonly codings: readonly string[];
  readonly decodeError: string | null;
  readonly contentType: string | null;
}

export interface BodyRead {
  readonly state: BodyState | null;
  /** Why reading ended early, one sentence. */
  readonly problem: string | null;
}

/** Reads on from `before`, page by page, until `moreBytes` more are there, the body ends or cannot be decoded. */
export async function readBody(
  client: Client,
  source: BodySource,
  before: BodyState | null,
  moreBytes: number,
): Promise<BodyRead> {
  let state = before;
  const goalBytes = (before?.bytes.length ?? 0) + moreBytes;
  do {
    const from = state?.bytes.length ?? 0;
    const limit = Math.min(bodyPageBytesMax, goalBytes - from);
    const result = await client.services.bodies.read({ ...source, from, limit });
    if (!result.ok) return { state, problem: result.error.message };
    const { bytes, ...page } = result.value;
    state = { ...page, bytes: joined(state?.bytes, bytes) };
    if (bytes.length === 0) break;
  } while (!state.done && state.decodeError === null && state.bytes.length < goalBytes);
  return { state, problem: null };
}

function joined(before: Uint8Array | undefined, page: Uint8Array): Uint8Array {
  if (before === undefined || before.length === 0) return page;
  const bytes = new Uint8Array(before.length + page.length);
  bytes.set(before);
  bytes.set(page, before.length);
  return bytes;
}
