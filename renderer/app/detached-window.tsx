import { useEffect, useRef } from 'react';
import { exchangeUrl } from '../../core/model/exchange-url.ts';
import { PhasePatterns } from '../components/phase-patterns.tsx';
import { DetailPane } from '../panels/exchanges/detail/detail-pane.tsx';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { keepFocus } from './kept-focus.ts';
import { NoticeLines } from './notice-lines.tsx';
import { Refused } from './refused.tsx';
import { followPartKeys } from './window-parts.ts';
import './app.css';

/** The details of one exchange and nothing else. */
export function DetachedWindow() {
  const { connection, detail } = useWindowState();
  const refused = useStore(connection.state) === 'refused';
  const exchange = useStore(detail)?.detail?.exchange;
  const title = exchange === undefined ? 'Plumbline' : `#${exchange.id} ${exchangeUrl(exchange)}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const main = useRef<HTMLElement>(null);
  useEffect(keepFocus, []);
  useEffect(followPartKeys, []);
  if (refused) return <Refused />;
  return (
    <div className="main detached">
      <PhasePatterns />
      <main ref={main} className="stack" aria-label="Exchange" tabIndex={-1}>
        <h1 className="visually-hidden">{title}</h1>
        <DetailPane onClose={null} />
        <ConnectionBanner />
      </main>
      <NoticeLines onDismissed={() => main.current?.focus()} />
    </div>
  );
}
