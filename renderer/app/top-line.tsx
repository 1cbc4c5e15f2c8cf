import type { ReactNode } from 'react';
import { CopyButton } from '../components/copy-button.tsx';
import { formatCount } from '../format/duration.ts';
import { useField, useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { FileMenu } from './file-menu.tsx';
import { RecordControl } from './record-control.tsx';

/** State, rate, address to copy; the panel in sight adds its own at the end. */
export function TopLine({ children }: { readonly children: ReactNode }) {
  const { recording, session, engine, view, connection } = useWindowState();
  const ready = useStore(connection.state) === 'ready';
  const listener = useStore(recording.state)?.listener ?? null;
  const total = useStore(session.state)?.exchanges ?? null;
  const rate = useStore(engine.status)?.exchangesPerSecond ?? 0;
  const count = useStore(view.calmCount);
  const isNarrowed = useField(view.state, 'isNarrowed');
  return (
    <header className="top-line" data-part>
      <FileMenu />
      <RecordControl />
      {total !== null && (
        <span className="top-fact" title="Exchanges in this session">
          {isNarrowed && `${formatCount(count)} of `}
          {formatCount(Math.max(total, isNarrowed ? 0 : count))} exchange{total === 1 ? '' : 's'}
        </span>
      )}
      {ready && listener !== null && (
        <span className="top-fact muted" title="Exchanges that ended in the last second">
          {rate < 10 && !Number.isInteger(rate) ? rate.toFixed(1) : formatCount(Math.round(rate))}/s
        </span>
      )}
      {listener !== null && (
        <span className="top-fact" title="The address applications use as their proxy">
          <span className="mono">{listener}</span>
          <CopyButton text={listener} what="proxy address" />
        </span>
      )}
      {children}
    </header>
  );
}
