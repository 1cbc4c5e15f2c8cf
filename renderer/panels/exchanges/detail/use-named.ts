import { useEffect, useState } from 'react';
import { encodeUtf8 } from '../../../../core/decoders/utf8.ts';
import type { BodySide, ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { isGrpc } from '../../../../core/model/long-lived-words.ts';
import { bytesAsPages } from '../../../state/body-pages.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import type { NamedContent } from './body-viewer-props.ts';

/**
 * A gRPC message with the names of the `.proto` files: the one with that index, or the only one of a side. Null until it
 * is known, and where no file names it.
 */
export function useNamed(exchange: ExchangeRecord, at: number | BodySide): NamedContent | null {
  const { connection, session, settings } = useWindowState();
  const sessionId = useStore(session.shownId) ?? 0;
  const files = useStore(settings.state)?.settings.protoFiles;
  const [named, setNamed] = useState<{ readonly key: string; readonly content: NamedContent } | null>(null);
  const { id, state } = exchange;
  const key = `${sessionId} ${id} ${at}`;
  const asks = isGrpc(exchange);
  useEffect(() => {
    if (!asks) return;
    let isWanted = true;
    void connection
      .client()
      ?.services.messages.named({
        ...{ sessionId, exchangeId: id },
        at: typeof at === 'number' ? { index: at } : { only: at },
      })
      .then((answer) => {
        if (!isWanted || !answer.ok || answer.value.type === null) return;
        const { type, json, problem } = answer.value;
        const pages = bytesAsPages(encodeUtf8(json), 'application/json');
        setNamed({ key, content: { type, pages, problem } });
      });
    return () => {
      isWanted = false;
    };
  }, [connection, asks, sessionId, id, at, key, state, files]);
  return named?.key === key ? named.content : null;
}
