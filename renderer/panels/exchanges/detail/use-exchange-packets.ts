import { useEffect, useState } from 'react';
import { useField, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** Packets that carried an exchange, by the conversations they are of. */
export interface ExchangePackets {
  readonly count: number;
  readonly conversations: readonly {
    readonly id: number;
    readonly leg: 'client' | 'server' | null;
    readonly firstPacket: number;
    readonly lastPacket: number;
  }[];
}

const refreshMs = 1000;

/** Null while nothing is known of any. */
export function useExchangePackets(id: number | null): ExchangePackets | null {
  const { packets, connection, session } = useWindowState();
  const ready = useStore(connection.state) === 'ready';
  const sessionId = useStore(session.shownId);
  const total = useField(packets.view.state, 'total');
  const [known, setKnown] = useState<{
    readonly id: number;
    readonly total: number;
    readonly found: ExchangePackets;
  } | null>(null);
  const isOld = known !== null && known.id === id;
  const isCurrent = isOld && known.total === total;
  const { tryAsk } = packets;
  useEffect(() => {
    if (id === null || !ready || sessionId === null || total === 0 || isCurrent) return;
    let isWanted = true;
    const timer = setTimeout(
      () => {
        void tryAsk((client, shownSession) =>
          client.services.packets.ofExchange({ sessionId: shownSession, id }),
        ).then((answer) => {
          if (isWanted && answer?.ok === true) setKnown({ id, total, found: answer.value });
        });
      },
      isOld ? refreshMs : 0,
    );
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [id, ready, sessionId, total, isOld, isCurrent, tryAsk]);
  return isOld && known.found.count > 0 ? known.found : null;
}
