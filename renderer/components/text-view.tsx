import { useMemo, type ReactNode } from 'react';
import { wrapLines } from '../format/wrap-lines.ts';
import { useColumns } from './use-columns.ts';
import { VirtualLines } from './virtual-lines.tsx';

/** Line numbers, padding and a scroll bar. */
const reservedPx = 88;

/** Text as text, wrapped to the pane, lines numbered. Markup in it stays what it is. */
export function TextView({ text, end }: { readonly text: string; readonly end?: ReactNode }) {
  const [container, columns] = useColumns(reservedPx);
  const pieces = useMemo(() => wrapLines(text, columns), [text, columns]);
  return (
    <div ref={container} className="viewer">
      <VirtualLines
        label="Text"
        count={pieces.length}
        end={end}
        line={(index) => {
          const piece = pieces[index];
          return (
            piece && (
              <>
                <span className="gutter">{piece.first ? piece.line : ''}</span>
                {text.slice(piece.from, piece.to)}
              </>
            )
          );
        }}
      />
    </div>
  );
}
