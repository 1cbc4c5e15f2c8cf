import { useCallback, useEffect, useState } from 'react';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

export interface BodyState {
  readonly bytes: Uint8Array;
  /** Null while unknown. */
  readonly totalBytes: number | null;
  readonly done: boolean;
  readonly codings: readonly string[];
  readonly decodeError: string | null;
  readonly contentType: string | null;
}

export interface Body {
  readonly state: BodyState | null;
  readonly problem: string | null;
  readonly loading: boolean;
  readonly more: () => void;
}

interface Held {
  readonly key: string;
  readonly state: BodyState | null;
  readonly problem: string | null;
  readonly loading: boolean;
}

export interface BodyWanted {
  readonly exchangeId: number;
  readonly side: BodySide;
  readonly decoded: boolean;
  /** Fetched at once. */
  readonly firstBytes: number;
}

/** Fetched with every "Show more". */
const moreBytes = 4 * bodyPageBytesMax;

/** A body as far as it was asked for. It is read anew when `version` changes. */
export function useBody(wanted: BodyWanted, version: unknown): Body {
  const { exchangeId, side, decoded, firstBytes } = wanted;
  const { connection } = useWindowState();
  const ready = useStore(connection.state) === 'ready';
  const key = `${exchangeId} ${side} ${String(decoded)}`;
  const [held, setHeld] = useState<Held>({ key: '', state: null, problem: null, loading: false });
  const mine = held.key === key ? held : null;

  const load = useCallback(
    async (before: BodyState | null, limitBytes: number, isWanted: () => boolean) => {
      let state = before;
      const goalBytes = (before?.bytes.length ?? 0) + limitBytes;
      do {
        const from = state?.bytes.length ?? 0;
        const params = {
          exchangeId,
          side,
          decoded,
          from,
          limit: Math.min(bodyPageBytesMax, goalBytes - from),
        };
        const result = await connection.client()?.services.bodies.read(params);
        if (!isWanted()) return;
        if (result?.ok !== true) {
          setHeld({ key, state, problem: result?.error.message ?? null, loading: false });
          return;
        }
        const { bytes, ...page } = result.value;
        state = { ...page, bytes: joined(state?.bytes, bytes) };
        if (bytes.length === 0) break;
      } while (!state.done && state.decodeError === null && state.bytes.length < goalBytes);
      setHeld({ key, state, problem: null, loading: false });
    },
    [connection, key, exchangeId, side, decoded],
  );

  useEffect(() => {
    if (!ready) return;
    let current = true;
    void load(null, firstBytes, () => current);
    return () => {
      current = false;
    };
  }, [ready, load, firstBytes, version]);

  return {
    state: mine?.state ?? null,
    problem: mine?.problem ?? null,
    loading: mine?.loading ?? true,
    more: () => {
      if (mine === null || mine.loading) return;
      setHeld({ ...mine, loading: true });
      void load(mine.state, moreBytes, () => true);
    },
  };
}

function joined(before: Uint8Array | undefined, page: Uint8Array): Uint8Array {
  if (before === undefined || before.length === 0) return page;
  const bytes = new Uint8Array(before.length + page.length);
  bytes.set(before);
  bytes.set(page, before.length);
  return bytes;
}
