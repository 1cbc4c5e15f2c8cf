import { useEffect, useRef, useState } from 'react';
import type { ConversationRow, Followed, FollowKind } from '../../../../core/contract/packets.ts';
import { useWindowState } from '../../../state/window-state.ts';

type Pieces = Followed['pieces'];

export interface FollowedStream {
  readonly pieces: Pieces;
  /** Where more begins; null when all is here. */
  readonly nextFrom: number | null;
  readonly total: { readonly a: number; readonly b: number };
  readonly problem: string | null;
  readonly isLoading: boolean;
  readonly more: () => void;
  /** Everything, for saving; null when it could not be read, which was said. */
  readonly all: () => Promise<Pieces | null>;
}

const pageBytesMax = 1_048_576;
/** A longer stream is saved up to here; it is held in memory until then. */
const savedBytesMax = 268_435_456;

interface Held extends Omit<FollowedStream, 'more' | 'all'> {
  readonly key: string;
}

export function useFollowed(id: number, kind: FollowKind, lastPacket: number): FollowedStream {
  const { packets, notices } = useWindowState();
  const key = `${id} ${kind} ${lastPacket}`;
  const empty: Held = {
    ...{ key, pieces: [], nextFrom: null, total: { a: 0, b: 0 }, problem: null, isLoading: true },
  };
  const [held, setHeld] = useState<Held>(empty);
  const turn = useRef('');
  const { tryAsk } = packets;
  const page = (from: number) =>
    tryAsk((client, sessionId) =>
      client.services.packets.follow({ sessionId, id, as: kind, from, bytesMax: pageBytesMax }),
    );
  useEffect(() => {
    turn.current = key;
    void page(0).then((answer) => {
      if (turn.current !== key || answer === null) return;
      if (!answer.ok) {
        return setHeld({ ...empty, isLoading: false, problem: answer.error.message });
      }
      const { pieces, nextFrom, totalBytes, problem } = answer.value;
      setHeld({ key, pieces, nextFrom, total: totalBytes, problem, isLoading: false });
    });
    // A page asks about this conversation and kind only, which the key names.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  const shown =
    held.key === key ? held : { ...empty, pieces: held.key.startsWith(`${id} ${kind} `) ? held.pieces : [] };
  return {
    ...shown,
    more: () => {
      const { nextFrom } = shown;
      if (nextFrom === null) return;
      setHeld({ ...shown, isLoading: true });
      void page(nextFrom).then((answer) => {
        if (turn.current !== key || answer === null) return;
        const value = notices.check(answer);
        if (value === null) return setHeld({ ...shown, isLoading: false });
        setHeld({
          ...shown,
          pieces: [...shown.pieces, ...value.pieces],
          nextFrom: value.nextFrom,
          isLoading: false,
        });
      });
    },
    all: async () => {
      const pieces = [...shown.pieces];
      let bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
      for (let from = shown.nextFrom; from !== null && bytes < savedBytesMax;) {
        const answer = await page(from);
        const value = answer === null ? null : notices.check(answer);
        if (value === null) return null;
        pieces.push(...value.pieces);
        bytes += value.pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
        from = value.nextFrom;
      }
      if (bytes >= savedBytesMax) notices.say('Only the first 256 MB of the stream are saved.');
      return pieces;
    },
  };
}

export function useFollowedRow(id: number): {
  readonly row: ConversationRow | null;
  readonly problem: string | null;
} {
  const { packets } = useWindowState();
  const [shown, setShown] = useState<{ row: ConversationRow | null; problem: string | null }>({
    ...{ row: null, problem: null },
  });
  const { tryAsk } = packets;
  useEffect(() => {
    let isWanted = true;
    void tryAsk((client, sessionId) => client.services.packets.conversation({ sessionId, id })).then(
      (answer) => {
        if (!isWanted || answer === null) return;
        if (answer.ok) setShown({ row: answer.value.conversation, problem: null });
        else setShown({ row: null, problem: answer.error.message });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [id, tryAsk]);
  return shown;
}
