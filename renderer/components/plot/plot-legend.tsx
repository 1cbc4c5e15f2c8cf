import type { PlotSeries } from '../../format/plot/draw-plot.ts';
import { markOutlines } from '../../format/plot/plot-pen.ts';

interface PlotLegendProps {
  readonly series: readonly PlotSeries[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (label: string) => void;
}

/** Names of the series with how they are drawn; each can be hidden. */
export function PlotLegend({ series, hidden, onToggle }: PlotLegendProps) {
  return (
    <span className="plot-legend" role="group" aria-label="Series">
      {series.map((each) => (
        <button
          key={each.label}
          type="button"
          className="button quiet"
          aria-pressed={!hidden.has(each.label)}
          title={each.meaning}
          onClick={() => onToggle(each.label)}
        >
          <Sample series={each} />
          {each.label}
        </button>
      ))}
    </span>
  );
}

function Sample({ series }: { readonly series: PlotSeries }) {
  const color = `var(--${series.color})`;
  const isLine = series.kind === 'line' || series.kind === 'step';
  const shape = series.shape ?? (series.kind === 'points' ? 'dot' : 'square');
  const { isFilled, points } = markOutlines[shape];
  const corners = points.map(([x, y]) => `${x} ${y}`);
  const path = isFilled
    ? `M${corners.join('L')}z`
    : corners.map((corner, at) => `${at % 2 === 0 ? 'M' : 'L'}${corner}`).join('');
  return (
    <svg width="16" height="12" viewBox="-8 -6 16 12" aria-hidden="true">
      {isLine ? (
        <path d="M-7 0H7" stroke={color} strokeWidth="1.5" strokeDasharray={series.dash?.join(' ')} />
      ) : (
        <path
          d={path}
          fill={isFilled ? color : 'none'}
          stroke={isFilled ? 'none' : color}
          strokeWidth="1.5"
        />
      )}
    </svg>
  );
}
