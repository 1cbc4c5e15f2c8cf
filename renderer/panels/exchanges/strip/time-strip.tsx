import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { useCommand } from '../../../components/use-keys.ts';
import { useWidth } from '../../../components/use-width.ts';
import { useColorScheme } from '../../../components/use-color-scheme.ts';
import {
  bucketAt,
  bucketRange,
  counted,
  scaleRange,
  shareOf,
  stripWords,
  timeOf,
} from '../../../format/strip.ts';
import { clockTicks } from '../../../format/time-axis.ts';
import { filterClock } from '../../../state/clock.ts';
import { useSelected, useStore } from '../../../state/store.ts';
import type { TimelineState } from '../../../state/timeline.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { drawStrip, stripHeightPx } from './draw-strip.ts';
import { StripCard } from './strip-card.tsx';
import { useStripKeys } from './use-strip-keys.ts';
import { useStripPointer } from './use-strip-pointer.ts';
import { useStripSelection } from './use-strip-selection.ts';
import { useStripZoom } from './use-strip-zoom.ts';
import './strip.css';

const barPitchPx = 4;
const labelPitchPx = 120;
/** A label that would stand out of the strip is left out. */
const labelPx = 96;

/** Requests over time above the list; a key shows and hides it. */
export function TimeStrip() {
  const { layout } = useWindowState();
  const shown = useStore(layout.stripShown);
  useCommand('strip.toggle', () => {
    layout.stripShown.set(!shown);
    return true;
  });
  return shown ? <Strip /> : null;
}

function Strip() {
  const { timeline, view } = useWindowState();
  const hasRows = useSelected(view.calmCount, (count) => count > 0);
  const shown = useStore(timeline.state);
  const zoom = useStore(timeline.zoom);
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(area);
  const scheme = useColorScheme();
  const wordsId = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  const [hovered, setHovered] = useState(false);
  const { selected, draft, choose } = useStripSelection();
  const scale = shown?.scale ?? null;

  const { look } = timeline;
  useEffect(() => {
    look(Math.max(2, Math.floor(width / barPitchPx)));
    return () => look(null);
  }, [look, width]);
  useLayoutEffect(() => {
    if (canvas.current !== null && shown !== null)
      drawStrip(canvas.current, width, { shown, selected, cursor });
  }, [shown, selected, cursor, width, scheme]);

  const onKeyDown = useStripKeys({ shown, selected, cursor, moveTo: setCursor, choose });
  const pointer = useStripPointer({ scale, selected, moveTo: setCursor, draft, choose });
  useStripZoom(area, shown, zoom);
  const zoomHere = (share: number) => {
    if (shown === null) return;
    const at = bucketAt(shown.scale, share);
    const bar = bucketRange(shown.scale, at, at);
    const inside = selected !== null && bar.fromUs < selected.toUs && bar.toUs > selected.fromUs;
    timeline.setZoom(inside && !isSame(zoom, selected) ? selected : null);
  };

  const inRange = cursor !== null && scale !== null && cursor < scale.buckets ? cursor : null;
  return (
    <div className="time-strip" data-part>
      <div
        ref={area}
        className="strip-area"
        role="slider"
        tabIndex={0}
        aria-label="Requests over time"
        aria-describedby={wordsId}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, (scale?.buckets ?? 1) - 1)}
        aria-valuenow={inRange ?? 0}
        aria-valuetext={inRange === null || shown === null ? 'No bar chosen' : barWords(shown, inRange)}
        style={{ height: stripHeightPx }}
        {...pointer}
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => {
          setHovered(false);
          setCursor(null);
        }}
        onDoubleClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          zoomHere((event.clientX - box.left) / box.width);
        }}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} className={shown === null ? 'empty' : ''} aria-hidden="true" />
        {shown === null && !hasRows && <p className="strip-empty muted">Requests over time appear here.</p>}
        {scale !== null &&
          clockTicks(scaleRange(scale), Math.floor(width / labelPitchPx), filterClock().zoneOffsetMinutes)
            .filter(({ us }) => shareOf(scale, us) * width < width - labelPx)
            .map(({ us, label }) => (
              <span key={us} className="strip-tick" style={{ left: `${shareOf(scale, us) * 100}%` }}>
                {label}
              </span>
            ))}
        {scale !== null && selected !== null && (
          <>
            <Handle share={shareOf(scale, selected.fromUs)} />
            <Handle share={shareOf(scale, selected.toUs)} />
          </>
        )}
        {shown !== null && inRange !== null && (
          <StripCard share={(inRange + 0.5) / shown.scale.buckets} following={hovered}>
            {barWords(shown, inRange)}
          </StripCard>
        )}
      </div>
      <p id={wordsId} className="visually-hidden">
        {shown === null
          ? 'No requests yet.'
          : stripWords(scaleRange(shown.scale), shown.total, shown.problems, shown.scale)}{' '}
        The height of a bar grows with the square root of its count; a triangle marks problems.
      </p>
      {(zoom !== null || selected !== null) && (
        <div className="strip-actions">
          {zoom !== null && (
            <button
              type="button"
              className="button quiet"
              title="Show all of the time"
              onClick={() => timeline.setZoom(null)}
            >
              Whole time
            </button>
          )}
          {selected !== null && (
            <button
              type="button"
              className="button quiet"
              title="Lift the limit to this time (Escape)"
              aria-label="Lift the limit to this time"
              onClick={() => choose(null)}
            >
              <Icon name="close" size={12} />
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Handle({ share }: { readonly share: number }) {
  if (share < 0 || share > 1) return null;
  return <span className="strip-handle" style={{ left: `${share * 100}%` }} />;
}

function barWords({ scale, total, problems }: TimelineState, at: number): string {
  const { fromUs, toUs } = bucketRange(scale, at, at);
  return `${timeOf(fromUs)} – ${timeOf(toUs)}: ${counted(total[at] ?? 0, problems[at] ?? 0)}`;
}

function isSame(
  a: { readonly fromUs: number; readonly toUs: number } | null,
  b: { readonly fromUs: number; readonly toUs: number } | null,
): boolean {
  return a?.fromUs === b?.fromUs && a?.toUs === b?.toUs;
}
