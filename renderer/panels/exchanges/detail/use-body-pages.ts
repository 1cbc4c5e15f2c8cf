import { useEffect, useMemo } from 'react';
import {
  createBodyPages,
  type BodyInfo,
  type BodyPages,
  type BodySource,
} from '../../../state/body-pages.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** A recorded body, its first page fetched. It is read anew when `version` changes. */
export function useBodyPages(
  source: Omit<BodySource, 'sessionId'>,
  version: string,
): { pages: BodyPages; info: BodyInfo | null } {
  const { connection, session } = useWindowState();
  const sessionId = useStore(session.shownId) ?? 0;
  const ready = useStore(connection.state) === 'ready';
  const { exchangeId, side, decoded } = source;
  const pages = useMemo(
    () => createBodyPages(connection.client, { sessionId, exchangeId, side, decoded }),
    // Another version of the body has other pages.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [connection, sessionId, exchangeId, side, decoded, version],
  );
  useEffect(() => {
    if (ready && pages.info.get() === null) void pages.page(0);
  }, [ready, pages]);
  return { pages, info: useStore(pages.info) };
}
