import { useRef, useState, type KeyboardEvent } from 'react';
import type { MeasuredField, Percentiles } from '../../../core/contract/exchanges.ts';
import { useWidth } from '../../components/use-width.ts';
import { formatCount, formatScale } from '../../format/duration.ts';
import { formatSize } from '../../format/size.ts';
import {
  formatMeasured,
  formatShare,
  isSizeField,
  logAxis,
  logShare,
  logTicks,
  type Bucket,
} from '../../format/histogram.ts';

interface HistogramProps {
  readonly field: MeasuredField;
  readonly buckets: readonly Bucket[];
  readonly percentiles: Percentiles;
  readonly count: number;
  readonly onChoose: (bucket: Bucket) => void;
}

const barsPx = 168;
const topPx = 20;
const axisPx = 20;
const tickPitchPx = 72;
const marked = ['p50', 'p90', 'p95', 'p99'] as const;

/** How often which value occurs, on a logarithmic axis. A bar is a button that filters to its values; arrows go from bar to bar. */
export function Histogram({ field, buckets, percentiles, count, onChoose }: HistogramProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [hovered, setHovered] = useState<number | null>(null);
  const [focused, setFocused] = useState(0);
  const axis = logAxis(buckets);
  if (axis === null) return null;
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const filled = buckets.flatMap((bucket, at) => (bucket.count > 0 ? [at] : []));
  const stop = filled.includes(focused) ? focused : filled[0];
  const barWidth = width / buckets.length;
  const x = (value: number) => logShare(axis, value) * width;
  const named = hovered === null ? undefined : buckets[hovered];

  const onKeyDown = (event: KeyboardEvent) => {
    const from = filled.indexOf(stop ?? -1);
    const step = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: filled.length - 1 }[event.key];
    const next = step === undefined ? undefined : filled[Math.min(filled.length - 1, Math.max(0, step))];
    if (next === undefined) return;
    event.preventDefault();
    setFocused(next);
    frame.current?.querySelector<SVGGElement>(`[data-bucket="${next}"]`)?.focus();
  };

  return (
    <div ref={frame} className="histogram" role="group" aria-label="Histogram" onKeyDown={onKeyDown}>
      <svg width={width} height={topPx + barsPx + axisPx}>
        {logTicks(axis, Math.floor(width / tickPitchPx)).map((value) => (
          <g key={value} aria-hidden="true">
            <line className="grid-line" x1={x(value)} x2={x(value)} y1={topPx} y2={topPx + barsPx} />
            <text
              className="axis-label"
              x={x(value)}
              y={topPx + barsPx + 14}
              textAnchor={anchor(x(value), width)}
            >
              {isSizeField(field) ? formatSize(value) : formatScale(value)}
            </text>
          </g>
        ))}
        {buckets.map((bucket, at) => {
          if (bucket.count === 0) return null;
          const height = Math.max(2, Math.round((bucket.count / most) * barsPx));
          return (
            <g
              key={at}
              role="button"
              tabIndex={at === stop ? 0 : -1}
              data-bucket={at}
              className="histogram-bar"
              aria-label={`${bucketWords(field, bucket, count)}. Filter by it`}
              onFocus={() => {
                setFocused(at);
                setHovered(at);
              }}
              onBlur={() => setHovered(null)}
              onPointerEnter={() => setHovered(at)}
              onPointerLeave={() => setHovered(null)}
              onClick={() => onChoose(bucket)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                onChoose(bucket);
              }}
            >
              <rect className="reach" x={at * barWidth} y={topPx} width={barWidth} height={barsPx} />
              <rect
                className="bar"
                x={at * barWidth + 0.5}
                y={topPx + barsPx - height}
                width={Math.max(1, barWidth - 1)}
                height={height}
              />
            </g>
          );
        })}
        <line className="base-line" x1={0} x2={width} y1={topPx + barsPx} y2={topPx + barsPx} />
        {spread(marked.map((name) => ({ name, at: x(percentiles[name]) }))).map(
          ({ name, at, isLabelled }) => (
            <g key={name} className="percentile" aria-hidden="true">
              <line x1={at} x2={at} y1={topPx - 4} y2={topPx + barsPx} />
              {isLabelled && (
                <text x={at} y={12} textAnchor={anchor(at, width)}>
                  {name}
                </text>
              )}
            </g>
          ),
        )}
      </svg>
      <p className="histogram-words muted">
        {named === undefined
          ? 'Each bar counts the exchanges with such a value; click one to filter by it.'
          : bucketWords(field, named, count)}
      </p>
    </div>
  );
}

const labelPitchPx = 28;

/** Labels that would stand on each other are left out, from the left on. */
function spread<T extends { readonly at: number }>(
  marks: readonly T[],
): (T & { readonly isLabelled: boolean })[] {
  return marks.map((mark, index) => {
    const next = marks[index + 1];
    return { ...mark, isLabelled: next === undefined || next.at - mark.at >= labelPitchPx };
  });
}

function anchor(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x < 24) return 'start';
  return x > width - 24 ? 'end' : 'middle';
}

function bucketWords(field: MeasuredField, { from, to, count }: Bucket, all: number): string {
  const exchanges = `${formatCount(count)} exchange${count === 1 ? '' : 's'}, ${formatShare(count, all)}`;
  return `${formatMeasured(field, from)} to ${formatMeasured(field, to)}: ${exchanges}`;
}
