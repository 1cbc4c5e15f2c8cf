import { useEffect, useState, type KeyboardEvent } from 'react';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { phaseFill } from '../../../components/phase-patterns.tsx';
import { useNow } from '../../../components/use-now.ts';
import { formatCount, formatDuration } from '../../../format/duration.ts';
import { sharedSpan, sharedTimes } from '../../../format/shared-times.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface Shared {
  readonly id: number;
  readonly exchanges: readonly ExchangeRecord[];
  readonly count: number;
}

/** The exchanges that the same connection to the server carried, side by side in time. */
export function ConnectionExchanges({ exchange }: { readonly exchange: ExchangeRecord }) {
  const { connection, session, selection, view } = useWindowState();
  const sessionId = useStore(session.shownId) ?? 0;
  const [shared, setShared] = useState<Shared | null>(null);
  const { id, state } = exchange;
  useEffect(() => {
    let isWanted = true;
    void connection
      .client()
      ?.services.exchanges.sharing({ sessionId, id })
      .then((answer) => {
        if (isWanted && answer.ok) setShared({ id, ...answer.value });
      });
    return () => {
      isWanted = false;
    };
  }, [connection, sessionId, id, state]);
  const nowUs = useNow(shared?.exchanges.some((each) => each.state === 'open') === true);
  if (shared === null || shared.exchanges.length < 2) return null;
  const span = sharedSpan(shared.exchanges, id, nowUs);
  const go = (to: ExchangeRecord) =>
    void view.position(to.id).then((index) => selection.select(to.id, index));
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || event.altKey) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  };
  const isH2 = exchange.h2Stream !== null;
  return (
    <section className="shared" aria-label="On the same connection">
      <h3>
        {isH2 ? 'Multiplexed on one connection' : 'On the same connection'}{' '}
        <span className="muted">
          {`${formatCount(shared.count)} exchanges${shared.count > shared.exchanges.length ? `, the nearest ${shared.exchanges.length} shown` : ''} · ${formatDuration(span.toUs - span.fromUs)} across`}
        </span>
      </h3>
      <ul onKeyDown={onKeyDown}>
        {shared.exchanges.map((each) => (
          <li key={each.id}>
            <button
              type="button"
              className="shared-row"
              aria-current={each.id === id ? 'true' : undefined}
              tabIndex={each.id === id ? 0 : -1}
              onClick={() => go(each)}
            >
              <span className="number muted">{each.h2Stream ?? `#${each.id}`}</span>
              <span className="ellipsis">{`${each.method} ${each.path}`}</span>
              <span className="number">{formatDuration(sharedTimes(each, nowUs).totalUs)}</span>
              <SharedBar exchange={each} span={span} nowUs={nowUs} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface SharedBarProps {
  readonly exchange: ExchangeRecord;
  readonly span: { readonly fromUs: number; readonly toUs: number };
  readonly nowUs: number;
}

function SharedBar({ exchange, span, nowUs }: SharedBarProps) {
  const share = (us: number) =>
    Math.max(0, Math.min(1, (us - span.fromUs) / Math.max(1, span.toUs - span.fromUs))) * 100;
  return (
    <svg className="shared-bar" width="100%" height="16" aria-hidden="true">
      {sharedTimes(exchange, nowUs).parts.map(({ kind, fromUs, toUs }) => (
        <rect
          key={kind}
          fill={phaseFill(kind)}
          y="3"
          height="10"
          style={{ x: `${share(fromUs)}%`, width: `max(1.5px, ${share(toUs) - share(fromUs)}%)` }}
        />
      ))}
    </svg>
  );
}
