import { useMemo, useState, type ReactNode } from 'react';
import { formatCount } from '../format/duration.ts';
import { unfoldedRows, type JsonRow, type JsonRows, type Span } from '../format/json-rows.ts';
import { VirtualLines } from './virtual-lines.tsx';

interface JsonViewProps {
  readonly text: string;
  readonly layout: JsonRows;
  readonly end?: ReactNode;
}

/** Characters of one value in sight; the rest is in the text view. */
const valueCharsMax = 2000;

/** JSON indented, with every value as it was sent. */
export function JsonView({ text, layout, end }: JsonViewProps) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const seen = useMemo(() => unfoldedRows(layout.rows, folded), [layout, folded]);
  const toggle = (index: number) => {
    const next = new Set(folded);
    if (!next.delete(index)) next.add(index);
    setFolded(next);
  };
  return (
    <div className="viewer">
      <VirtualLines
        label="JSON"
        count={seen.length}
        end={end}
        line={(at) => {
          const index = seen[at] ?? 0;
          const row = layout.rows[index];
          return (
            row && (
              <JsonLine
                text={text}
                row={row}
                folded={folded.has(index)}
                closing={layout.rows[row.closedBy ?? -1]}
                onToggle={() => toggle(index)}
              />
            )
          );
        }}
      />
    </div>
  );
}

interface JsonLineProps {
  readonly text: string;
  readonly row: JsonRow;
  readonly folded: boolean;
  readonly closing: JsonRow | undefined;
  readonly onToggle: () => void;
}

function JsonLine({ text, row, folded, closing, onToggle }: JsonLineProps) {
  const source = ({ from, to }: Span) =>
    to - from > valueCharsMax ? `${text.slice(from, from + valueCharsMax)}…` : text.slice(from, to);
  const foldable = row.kind === 'open' && row.members > 0;
  return (
    <span className="json-line" style={{ '--depth': row.depth }}>
      {foldable && (
        <button
          type="button"
          className="json-fold"
          aria-expanded={!folded}
          aria-label={folded ? 'Unfold' : 'Fold'}
          onClick={onToggle}
        >
          {folded ? '▸' : '▾'}
        </button>
      )}
      {row.key !== null && (
        <>
          <span className="json-key">{source(row.key)}</span>
          {': '}
        </>
      )}
      <span className={`json-${row.kind}`}>{source(row.value)}</span>
      {folded && (
        <>
          <span className="muted"> {formatCount(row.members)} … </span>
          {closing === undefined ? '' : source(closing.value)}
        </>
      )}
      {(folded ? closing?.comma : row.comma) === true && ','}
    </span>
  );
}
