import { useEffect, useState } from 'react';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { readBody, type BodyRead, type BodySource } from './read-body.ts';

export interface Body extends BodyRead {
  readonly loading: boolean;
  readonly more: () => void;
}

/** Fetched with every "Show more". */
const moreBytes = 4 * bodyPageBytesMax;

/** A body as far as it was asked for, `firstBytes` to begin with. It is read anew when `version` changes. */
export function useBody(source: BodySource, firstBytes: number, version: unknown): Body {
  const { connection } = useWindowState();
  const ready = useStore(connection.state) === 'ready';
  const [held, setHeld] = useState<{ key: string; read: BodyRead; loading: boolean } | null>(null);
  const { exchangeId, side, decoded } = source;
  const key = `${exchangeId} ${side} ${String(decoded)}`;
  const mine = held?.key === key ? held : null;

  useEffect(() => {
    const client = connection.client();
    if (!ready || client === null) return;
    let current = true;
    void readBody(client, { exchangeId, side, decoded }, null, firstBytes).then((read) => {
      if (current) setHeld({ key, read, loading: false });
    });
    return () => {
      current = false;
    };
  }, [connection, ready, key, exchangeId, side, decoded, firstBytes, version]);

  const more = () => {
    const client = connection.client();
    if (mine === null || mine.loading || client === null) return;
    const loading = { ...mine, loading: true };
    setHeld(loading);
    void readBody(client, source, mine.read.state, moreBytes).then((read) => {
      setHeld((now) => (now === loading ? { key, read, loading: false } : now));
    });
  };
  return {
    state: mine?.read.state ?? null,
    problem: mine?.read.problem ?? null,
    loading: mine?.loading ?? true,
    more,
  };
}
