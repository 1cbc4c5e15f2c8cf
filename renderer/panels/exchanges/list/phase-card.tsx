import { useEffect, useState, type RefObject } from 'react';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { phaseWords } from '../../../../core/model/phase-words.ts';
import { exchangeTimings } from '../../../../core/model/timings.ts';
import { PhaseSwatch } from '../../../components/phase-swatch.tsx';
import { longLivedWords } from '../../../../core/model/long-lived-words.ts';
import { starvedSentences } from '../../../format/delay-words.ts';
import { formatDuration } from '../../../format/duration.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { rowIndexAt } from './row-place.ts';

/** What belongs to the bars and is none of them. */
function phaseRemarks(record: ExchangeRecord): string[] {
  const { longLived } = record;
  return [...starvedSentences(record), ...(longLived === null ? [] : [longLivedWords(longLived)])];
}

const delayMs = 250;
const cardWidth = 264;
const cardHeight = 280;

interface Place {
  readonly record: ExchangeRecord;
  readonly nowUs: number;
  readonly left: number;
  readonly top: number;
}

/** The figures behind a row's waterfall, beside the pointer when it rests there. */
export function PhaseCard({ scroller }: { readonly scroller: RefObject<HTMLDivElement | null> }) {
  const { view } = useWindowState();
  const [place, setPlace] = useState<Place | null>(null);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isShown = false;
    const hide = () => {
      clearTimeout(timer);
      if (isShown) setPlace(null);
      isShown = false;
    };
    const over = (event: PointerEvent) => {
      hide();
      const cell = event.target instanceof Element ? event.target.closest('.waterfall-cell') : null;
      const index = rowIndexAt(cell);
      const record = index === null ? undefined : view.row(index);
      if (cell === null || record === undefined) return;
      const box = cell.getBoundingClientRect();
      const left = Math.max(8, box.left - cardWidth - 8);
      const top = Math.max(8, Math.min(box.top, innerHeight - cardHeight));
      timer = setTimeout(() => {
        isShown = true;
        setPlace({ record, nowUs: Date.now() * 1000, left, top });
      }, delayMs);
    };
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('scroll', hide, { passive: true });
    return () => {
      hide();
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('scroll', hide);
    };
  }, [scroller, view]);

  if (place === null) return null;
  const { phases } = exchangeTimings(place.record, place.nowUs);
  return (
    <div className="phase-card" role="tooltip" style={{ left: place.left, top: place.top }}>
      {(['server', 'client'] as const).map((leg) => (
        <table key={leg}>
          <caption>{leg === 'server' ? 'Server leg' : 'Client leg'}</caption>
          <tbody>
            {phases
              .filter((phase) => phase.leg === leg)
              .map((phase) => (
                <tr key={phase.kind}>
                  <td>
                    <PhaseSwatch kind={phase.kind} leg={leg} />
                  </td>
                  <th scope="row">
                    {phaseWords(phase.kind, leg).name}
                    {phase.early && <span className="muted"> before</span>}
                  </th>
                  <td className="number">{formatDuration(phase.toUs - phase.fromUs)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      ))}
      {phaseRemarks(place.record).map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </div>
  );
}
