import { useState } from 'react';
import { Popover } from 'radix-ui';
import { parseHeaderColumn } from '../../../../core/model/list-columns.ts';
import { Icon } from '../../../components/icon.tsx';
import { loopTab } from '../../../components/loop-tab.ts';
import { moveStop } from '../../../components/move-stop.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { columnOf, columnsOf, isHeaderColumn, ownColumns, type Column } from './columns.ts';
import { useColumnChoice } from './use-column-choice.ts';

/** Fields that people look at most, offered until another name is typed. */
const offeredHeaders: readonly string[] = [
  ...[
    'response.cache-control',
    'response.content-encoding',
    'response.server',
    'response.etag',
    'response.age',
  ],
  ...['response.location', 'response.server-timing', 'response.set-cookie', 'response.vary', 'response.via'],
  ...['request.user-agent', 'request.referer', 'request.origin', 'request.authorization', 'request.cookie'],
  ...['request.accept', 'request.content-type', 'request.x-request-id', 'request.traceparent'],
];

/** Header fields offered at once; those beyond are found by their name. */
const headersMax = 120;

/** What stands behind the head of the last column: which columns are shown, and any header field as a column. */
export function ColumnChooser() {
  return (
    <div className="chooser-cell" role="columnheader">
      <Popover.Root>
        <Popover.Trigger asChild>
          <button type="button" className="column-button" title="Choose columns" aria-label="Choose columns">
            <Icon name="columns" size={12} />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className="menu chooser"
            align="end"
            sideOffset={2}
            aria-label="Columns"
            onKeyDown={loopTab}
          >
            <Chooser />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

function Chooser() {
  const { layout, filterValues } = useWindowState();
  useStore(filterValues.version);
  const chosen = columnsOf(useStore(layout.columns));
  const choice = useColumnChoice();
  const [search, setSearch] = useState('');
  /** The column that Tab stops at; the first one until another has had the focus. */
  const [stop, setStop] = useState<string | null>(null);
  /** Header fields shown when it was opened come first, and none moves while its tick changes. */
  const [first] = useState(() => chosen.map(({ id }) => id).filter(isHeaderColumn));
  const wanted = search.trim().toLowerCase();
  const own = ownColumns.filter(({ id, label }) => `${id} ${label}`.toLowerCase().includes(wanted));
  const names = [
    ...first,
    ...offeredHeaders,
    ...(['response', 'request'] as const).flatMap((side) =>
      filterValues.of(`${side}.header`).map((name) => `${side}.${name}`),
    ),
    ...typedHeaders(wanted),
  ];
  const matching = [...new Set(names)]
    .filter((id) => id.includes(wanted) || typedHeaders(wanted).includes(id))
    .slice(0, headersMax);
  const added = chosen.map(({ id }) => id).filter((id) => isHeaderColumn(id) && id.includes(wanted));
  const headers = [...new Set([...matching, ...added])].map(columnOf).filter((column) => column !== null);
  const isShownNow = (column: Column) => chosen.some(({ id }) => id === column.id);
  const isLast = (column: Column) => isShownNow(column) && chosen.length === 1;
  const reachable = [...own, ...headers].filter((column) => !isLast(column));
  const stopNow = reachable.find(({ id }) => id === stop) ?? reachable[0];
  const line = (column: Column) => {
    const isShown = isShownNow(column);
    const side = parseHeaderColumn(column.id)?.side;
    return (
      <label key={column.id} title={column.meaning}>
        <input
          type="checkbox"
          checked={isShown}
          disabled={isLast(column)}
          tabIndex={column === stopNow ? 0 : -1}
          onFocus={() => setStop(column.id)}
          onChange={() => (isShown ? choice.hide(column) : choice.show(column.id))}
        />
        {column.label === '#' ? 'Number' : column.label}
        {side !== undefined && <span className="muted">{side} header</span>}
      </label>
    );
  };
  return (
    <>
      <input
        className="field"
        aria-label="Search columns or name a header"
        placeholder="Search, or name a header"
        spellCheck={false}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <div
        className="chooser-list"
        role="group"
        aria-label="Columns to show"
        onKeyDown={(event) => moveStop(event, 'input')}
      >
        {own.length > 0 && <h3>Columns</h3>}
        {own.map(line)}
        {headers.length > 0 && <h3>Headers</h3>}
        {headers.map(line)}
        {own.length + headers.length === 0 && (
          <p className="muted">No column has this name, and it cannot be the name of a header.</p>
        )}
      </div>
      <button type="button" className="button" onClick={choice.reset}>
        Usual columns and widths
      </button>
    </>
  );
}

/** `x-cache` as a field of either head; `request.x-cache` of one. */
function typedHeaders(text: string): readonly string[] {
  if (text === '' || text.includes(' ')) return [];
  if (parseHeaderColumn(text) !== null) return [text];
  return ['response', 'request']
    .map((side) => `${side}.${text}`)
    .filter((id) => parseHeaderColumn(id) !== null);
}
