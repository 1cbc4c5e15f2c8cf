import type { HeadView } from '../../../../core/contract/exchanges.ts';
import { andFilter } from '../../../../core/filter/edit-filter.ts';
import { copyText } from '../../../components/clipboard.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Term } from '../../../components/term.tsx';
import { MenuRows } from '../../../components/menu-rows.tsx';
import { headerFilter, headerMeaning } from '../../../format/header-words.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** How header lines are drawn; the raw head is always as it was sent. */
export interface HeadLook {
  readonly raw: boolean;
  readonly sorted: boolean;
  /** Lower case; lines without it are left out. */
  readonly wanted: string;
}

interface HeadBlockProps {
  readonly title: string;
  readonly hint?: string;
  readonly head: HeadView | null;
  readonly look: HeadLook;
  /** Said in place of a head that is not there. */
  readonly missing?: string;
}

export function HeadBlock({ title, hint, head, look, missing }: HeadBlockProps) {
  return (
    <section className="head-block">
      <h3>
        {hint === undefined ? title : <Term meaning={hint}>{title}</Term>}
        {head !== null && <CopyButton text={head.raw} what={`${title.toLowerCase()} head`} />}
      </h3>
      {head === null && <p className="muted">{missing}</p>}
      {head !== null && look.raw && <pre className="raw-head">{head.raw}</pre>}
      {head !== null && !look.raw && (
        <>
          <p className="start-line mono">{head.startLine}</p>
          <HeaderLines label={`${title} headers`} lines={head.headers} look={look} />
        </>
      )}
    </section>
  );
}

interface HeaderLinesProps {
  readonly label: string;
  readonly lines: HeadView['headers'];
  readonly look: HeadLook;
}

export function HeaderLines({ label, lines, look }: HeaderLinesProps) {
  const { filter, encodeBox } = useWindowState();
  const filterBy = (name: string, value: string) =>
    filter.set(andFilter(filter.state.get().text, headerFilter(name, value)));
  const shown = lines.filter(([name, value]) => `${name}: ${value}`.toLowerCase().includes(look.wanted));
  if (look.sorted) shown.sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  if (shown.length === 0 && lines.length > 0)
    return <p className="muted">No line holds what is looked for.</p>;
  return (
    <table className="header-lines mono" aria-label={label}>
      <MenuRows
        rows={shown.map(([name, value]) => {
          const meaning = headerMeaning(name);
          return {
            meaning: meaning ?? undefined,
            items: () => [
              { label: 'Copy value', run: () => void copyText(value) },
              { label: 'Copy name', run: () => void copyText(name) },
              { label: 'Copy line', run: () => void copyText(`${name}: ${value}`) },
              { label: 'Encode or decode', run: () => encodeBox.open(value) },
              { label: 'Filter by this value', run: () => filterBy(name, value) },
            ],
            cells: (
              <>
                <th scope="row" title={meaning ?? undefined}>
                  <span className={meaning === null ? '' : 'explained'}>{name}</span>
                </th>
                <td>
                  {value}
                  <span className="line-copy">
                    <CopyButton text={value} what={`value of ${name}`} isStop={false} />
                  </span>
                </td>
              </>
            ),
          };
        })}
      />
    </table>
  );
}
