import type { ListedExchange } from '../../../../core/contract/exchanges.ts';
import type { DrawnRows } from '../../../components/row-scroller.ts';
import { cellContent, type CellContent, type CellContext } from './cell-content.ts';
import type { PlacedColumn } from './columns.ts';
import { putRowIndex } from './row-place.ts';
import type { CopySign, Lead } from './row-signs.ts';
import { createTextWidths, type TextWidths } from './text-widths.ts';

/** What the rows are drawn from; another object when anything of it is another. */
export interface RowsToPaint extends CellContext {
  readonly columns: readonly PlacedColumn[];
  readonly rowPx: number;
  /** Rows that came before those in sight: a row keeps its element when others push it down. */
  readonly moved: number;
  readonly row: (index: number) => ListedExchange | undefined;
  readonly isSelected: (id: number) => boolean;
  readonly focusedId: number | null;
}

export interface RowPainter {
  /** Gives the element of the focused row, null when it is not among those drawn; no other one has an id. */
  readonly paint: (drawn: DrawnRows, rows: RowsToPaint) => Element | null;
  /** Puts the elements into the order of the rows, for those who read the document instead of looking at it. */
  readonly settle: () => void;
}

/** Left and right of the text; a status without a sign leaves the sign's place free. */
const padPx = { usual: 18, status: 30 } as const;
/** Signs taken out of a cell that are kept for when it shows them again. */
const keptLeadsMax = 4;

/** One line of the document, and what it shows. */
interface Line {
  readonly element: HTMLElement;
  cells: CellLine[];
  columns: readonly PlacedColumn[] | null;
  context: CellContext | null;
  record: ListedExchange | null;
  index: number;
  top: number;
  className: string;
  /** Empty for none. */
  id: string;
  isSelected: boolean | null;
}

interface CellLine {
  readonly element: HTMLElement;
  readonly text: Text;
  /** px. */
  readonly width: number;
  className: string;
  leadKey: string;
  /** By key. */
  readonly leads: Map<string, Element>;
  tail: HTMLElement | null;
}

/**
 * Draws rows into `place` without React: scrolled fast, a thousand rows a second come into sight, and each of them is
 * an element that is there already and gets other texts.
 */
export function createRowPainter(place: HTMLElement, copySign: CopySign): RowPainter {
  const lines = new Map<number, Line>();
  const widths = createTextWidths();

  function paintLine(line: Line, index: number, drawn: DrawnRows, rows: RowsToPaint): void {
    const { element } = line;
    const record = rows.row(index);
    const top = (index - drawn.base) * rows.rowPx;
    if (line.index !== index) {
      line.index = index;
      putRowIndex(element, index);
    }
    if (line.top !== top) {
      line.top = top;
      element.style.top = `${top}px`;
    }
    const className = record === undefined ? 'list-row missing' : rowClass(record, rows);
    if (line.className !== className) {
      element.className = line.className = className;
      // Until it is fetched, a row without cells is no mistake.
      element.ariaBusy = record === undefined ? 'true' : null;
    }
    const isSelected = record !== undefined && rows.isSelected(record.id);
    if (line.isSelected !== isSelected) {
      line.isSelected = isSelected;
      element.ariaSelected = String(isSelected);
    }
    const id = rows.focusedId !== null && record?.id === rows.focusedId ? `exchange-row-${index}` : '';
    if (line.id !== id) {
      line.id = element.id = id;
      if (id === '') element.removeAttribute('id');
    }
    if (record === undefined) return;
    if (line.columns !== rows.columns) {
      line.columns = rows.columns;
      line.cells = rows.columns.map((column, at) => createCell(column, at));
      element.replaceChildren(...line.cells.map((cell) => cell.element));
      line.record = null;
    }
    if (line.record === record && isSameContent(line.context, rows, record)) return;
    line.record = record;
    line.context = rows;
    for (const [at, { column }] of rows.columns.entries()) {
      fillCell(line.cells[at] as CellLine, cellContent(column.id, record, rows), copySign, widths);
    }
  }

  return {
    settle: () => {
      const ordered = [...lines.values()].sort((a, b) => a.index - b.index);
      let next = place.firstElementChild;
      for (const { element } of ordered) {
        if (element === next) next = element.nextElementSibling;
        else place.insertBefore(element, next);
      }
    },
    paint: (drawn, rows) => {
      const slots = Math.max(1, drawn.to - drawn.from);
      for (const [slot, { element }] of lines) {
        if (slot < slots && drawn.to > drawn.from) continue;
        element.remove();
        lines.delete(slot);
      }
      let focused: Element | null = null;
      for (let index = drawn.from; index < drawn.to; index++) {
        const slot = (((index - rows.moved) % slots) + slots) % slots;
        let line = lines.get(slot);
        if (line === undefined) {
          line = createLine();
          lines.set(slot, line);
          place.append(line.element);
        }
        paintLine(line, index, drawn, rows);
        if (line.id !== '') focused = line.element;
      }
      return focused;
    },
  };
}

function rowClass(record: ListedExchange, rows: RowsToPaint): string {
  const color = record.mark?.color ?? null;
  return [
    'list-row',
    rows.isSelected(record.id) ? ' selected' : '',
    record.id === rows.focusedId ? ' focused' : '',
    color === null ? '' : ` marked ${color}`,
  ].join('');
}

/** An exchange that is open shows how long it has lasted. */
function isSameContent(before: CellContext | null, now: CellContext, { state }: ListedExchange): boolean {
  if (before === now) return true;
  return (
    before !== null && before.headers === now.headers && before.timeOf === now.timeOf && state !== 'open'
  );
}

function createLine(): Line {
  const element = document.createElement('div');
  element.setAttribute('role', 'row');
  return {
    ...{ element, cells: [], columns: null, context: null, record: null },
    ...{ index: -1, top: NaN, className: '', id: '', isSelected: null },
  };
}

function createCell({ column, width }: PlacedColumn, at: number): CellLine {
  const element = document.createElement('div');
  element.setAttribute('role', 'gridcell');
  element.setAttribute('aria-colindex', String(at + 1));
  element.dataset['column'] = column.id;
  element.style.width = `${width}px`;
  const text = document.createTextNode('');
  element.append(text);
  return { element, text, width, className: '', leadKey: '', leads: new Map(), tail: null };
}

function fillCell(cell: CellLine, content: CellContent, copySign: CopySign, widths: TextWidths): void {
  const { element, text } = cell;
  const plain = `cell ${content.className ?? ''}`;
  if (cell.className === '') element.className = plain;
  const className = fits(cell, content, plain, widths) ? plain : `${plain} cut`;
  if (cell.className !== className) element.className = cell.className = className;
  if (text.data !== content.text) text.data = content.text;
  const lead = content.lead ?? null;
  const leadKey = lead?.key ?? '';
  if (cell.leadKey !== leadKey) {
    cell.leads.get(cell.leadKey)?.remove();
    cell.leadKey = leadKey;
    if (lead !== null) element.prepend(leadOf(cell, lead, copySign));
  }
  const tail = content.tail ?? '';
  if (tail === '' ? cell.tail !== null : cell.tail?.textContent !== tail) {
    cell.tail?.remove();
    cell.tail = null;
    if (tail !== '') {
      cell.tail = document.createElement('span');
      cell.tail.className = 'muted';
      cell.tail.textContent = tail;
      element.append(cell.tail);
    }
  }
  if (element.title !== '') element.removeAttribute('title');
}

/** Whether the text is surely not wider than the cell: clipping costs more than the text. */
function fits(cell: CellLine, content: CellContent, fontKey: string, widths: TextWidths): boolean {
  const { text, tail, lead, className } = content;
  const pad = className?.startsWith('status') === true ? padPx.status : padPx.usual;
  const signs = lead === undefined || lead === null || pad === padPx.status ? 0 : lead.widthPx;
  const all = tail === undefined ? text : text + tail;
  return widths.of(all, fontKey, cell.element) + pad + signs <= cell.width;
}

function leadOf(cell: CellLine, lead: Lead, copySign: CopySign): Element {
  const known = cell.leads.get(lead.key);
  if (known !== undefined) return known;
  if (cell.leads.size >= keptLeadsMax) cell.leads.clear();
  const made = lead.make(copySign);
  cell.leads.set(lead.key, made);
  return made;
}
