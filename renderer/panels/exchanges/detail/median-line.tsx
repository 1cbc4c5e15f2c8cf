import { useEffect, useState } from 'react';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { exchangeDurationUs } from '../../../../core/model/timings.ts';
import { similarFilter } from '../../../format/similar.ts';
import { medianSentence } from '../../../format/timing-table.ts';
import type { Median } from '../../../state/median.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** How the time of an ended exchange compares with the others of the same method, host and path. */
export function MedianLine({ exchange }: { readonly exchange: ExchangeRecord }) {
  const { medianOf, filter } = useWindowState();
  const like = similarFilter(exchange);
  const [known, setKnown] = useState<Median | null>(null);
  useEffect(() => {
    let wanted = true;
    void medianOf(like).then((median) => {
      if (wanted) setKnown(median);
    });
    return () => {
      wanted = false;
    };
  }, [medianOf, like]);

  if (known === null) return null;
  return (
    <p className="median-line" title="Such exchanges: the same method, host and path, whatever the query.">
      {medianSentence(exchangeDurationUs(exchange, 0), known.us, known.count)}{' '}
      {known.count > 1 && (
        <button type="button" className="inline-link" title={like} onClick={() => filter.set(like)}>
          Show them
        </button>
      )}
    </p>
  );
}
