import { useEffect, useState } from 'react';
import type { ConversationRow } from '../../../../core/contract/packets.ts';
import type { TcpSummary } from '../../../../core/packets/tcp-events.ts';
import { useField, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

export interface ShownConversation {
  readonly row: ConversationRow | null;
  readonly summary: TcpSummary | null;
  readonly problem: string | null;
}

const nothing: ShownConversation = { row: null, summary: null, problem: null };
const refreshMs = 1000;

/** The conversation in full, asked for again while packets arrive. */
export function useConversation(id: number): ShownConversation {
  const { packets, connection, session } = useWindowState();
  const ready = useStore(connection.state) === 'ready';
  const sessionId = useStore(session.shownId);
  const total = useField(packets.view.state, 'total');
  const [shown, setShown] = useState<{ readonly id: number } & ShownConversation>({ id, ...nothing });
  const [asked, setAsked] = useState({ id: -1, total: -1 });
  const isNew = asked.id !== id;
  const { tryAsk } = packets;

  useEffect(() => {
    if (!ready || sessionId === null || (asked.id === id && asked.total === total)) return;
    let isWanted = true;
    const load = async () => {
      const answer = await tryAsk((client, shownSession) =>
        client.services.packets.conversation({ sessionId: shownSession, id }),
      );
      if (!isWanted || answer === null) return;
      setAsked({ id, total });
      if (answer.ok)
        setShown({ id, row: answer.value.conversation, summary: answer.value.summary, problem: null });
      else if (answer.error.code !== 'engine-gone')
        setShown({ id, ...nothing, problem: answer.error.message });
    };
    const timer = setTimeout(() => void load(), isNew ? 0 : refreshMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [id, total, ready, sessionId, asked, isNew, tryAsk]);
  return shown.id === id ? shown : nothing;
}
