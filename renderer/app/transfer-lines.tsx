import { useEffect, useState } from 'react';
import { nameOf } from '../format/export-formats.ts';
import { progressWords, shareOf } from '../format/transfer-words.ts';
import { useStore } from '../state/store.ts';
import type { TransferItem } from '../state/transfers.ts';
import { useWindowState } from '../state/window-state.ts';
import './transfers.css';

const verbs: Readonly<Record<TransferItem['kind'], string>> = {
  import: 'Importing',
  export: 'Exporting',
  copy: 'Copying to',
  upload: 'Handing over',
};

/** What is over sooner is not shown. */
const shownAfterMs = 150;

/** A line for each import and export that runs: what, how far, and a way to stop. */
export function TransferLines() {
  const { transfers } = useWindowState();
  const running = useStore(transfers.list).filter(({ state }) => state === 'running');
  if (running.length === 0) return null;
  return (
    <section aria-label="Transfers">
      {running.map((item) => (
        <TransferLine key={item.key} item={item} onCancel={() => transfers.cancel(item.key)} />
      ))}
    </section>
  );
}

function TransferLine({ item, onCancel }: { readonly item: TransferItem; readonly onCancel: () => void }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  const what = `${verbs[item.kind]} ${nameOf(item.path)}`;
  const share = shareOf(item.progress);
  return (
    <div className="transfer-line" role="group" aria-label={what} data-part>
      <span className="ellipsis" title={item.path}>
        {what}
      </span>
      <progress aria-label={what} value={share ?? undefined} max={1} />
      <span className="muted">{progressWords(item.progress)}</span>
      <span className="spacer" />
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
