import type { DrawnRows } from '../../../components/row-scroller.ts';
import { packetColumns, type PacketColumn } from '../../../format/display-filter.ts';
import { formatCount } from '../../../format/duration.ts';
import { endpointText, packetTone, troubleNames, troubleWords } from '../../../format/packet-words.ts';
import type { Tone } from '../../../format/tone.ts';
import type { ListedPacket } from '../../../state/packet-view.ts';

/** What rows are drawn from; another object when anything of it is another. */
export interface PacketsToPaint {
  readonly rowPx: number;
  readonly byName: boolean;
  readonly selected: number | null;
  /** Numbers that times are counted from. */
  readonly references: ReadonlySet<number>;
  readonly row: (index: number) => ListedPacket | undefined;
  readonly time: (row: ListedPacket, before: ListedPacket | undefined) => string;
}

interface Line {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  readonly signs: Readonly<Record<Tone, Element>>;
  row: ListedPacket | null;
  before: ListedPacket | undefined;
  painted: PacketsToPaint | null;
  top: number;
  tone: Tone | null;
}

export interface PacketPainter {
  /** Gives the element of the selected row, null when it is not among those drawn. */
  readonly paint: (drawn: DrawnRows, rows: PacketsToPaint) => Element | null;
  /** Puts the elements into the order of the rows, for those who read the document instead of looking at it. */
  readonly settle: () => void;
}

const idPrefix = 'packet-row-';

/** Draws the rows into `place` without React: scrolled fast, hundreds of rows come into sight in a second. */
export function createPacketPainter(place: HTMLElement, copySign: (tone: Tone) => Element): PacketPainter {
  const lines = new Map<number, Line>();
  let spare: Line[] = [];

  const newLine = (): Line => {
    const element = document.createElement('div');
    element.role = 'row';
    const cells = packetColumns.map((column, at) => {
      const cell = document.createElement('span');
      cell.role = 'gridcell';
      cell.className = `packet-${column}`;
      cell.ariaColIndex = String(at + 1);
      return cell;
    });
    element.append(...cells);
    const signs = { note: copySign('note'), warning: copySign('warning'), problem: copySign('problem') };
    place.append(element);
    return { element, cells, signs, row: null, before: undefined, painted: null, top: -1, tone: null };
  };
  const paintLine = (line: Line, index: number, base: number, rows: PacketsToPaint) => {
    const { element } = line;
    const row = rows.row(index);
    const before = index === 0 ? undefined : rows.row(index - 1);
    const top = (index - base) * rows.rowPx;
    if (line.top !== top) {
      line.top = top;
      element.style.top = `${top}px`;
    }
    element.dataset['index'] = String(index);
    if (line.painted === rows && line.row === row && line.before === before) return;
    element.ariaRowIndex = String(index + 2);
    line.painted = rows;
    line.before = before;
    if (row === undefined) {
      line.row = null;
      element.className = 'row-line packet-row missing';
      element.ariaBusy = 'true';
      element.ariaSelected = 'false';
      for (const cell of line.cells) setText(cell, '');
      setSign(line, null);
      return;
    }
    line.row = row;
    const tone = packetTone(row.troubles);
    const isSelected = row.number === rows.selected;
    const isReference = rows.references.has(row.number);
    element.ariaBusy = null;
    element.ariaSelected = String(isSelected);
    element.className = `row-line packet-row${tone === null ? '' : ` is-${tone}`}${isSelected ? ' selected' : ''}${row.marked ? ' marked' : ''}`;
    const isComment = row.comment !== null;
    const texts: Readonly<Record<PacketColumn, string>> = {
      number: `${row.marked ? '■ ' : ''}${isComment ? '✎ ' : ''}${formatCount(row.number)}`,
      time: isReference ? `REF ${rows.time(row, before)}` : rows.time(row, before),
      source: endpointText(row, 'source', rows.byName),
      destination: endpointText(row, 'destination', rows.byName),
      protocol: row.protocol,
      length: String(row.originalBytes),
      info: row.info,
    };
    for (const [at, column] of packetColumns.entries()) {
      const cell = line.cells[at];
      if (cell !== undefined && column !== 'info') setText(cell, texts[column]);
    }
    setSign(line, tone, texts.info);
  };

  return {
    settle: () => {
      let next = place.firstElementChild;
      for (const [, { element }] of [...lines].sort(([a], [b]) => a - b)) {
        if (element === next) next = element.nextElementSibling;
        else place.insertBefore(element, next);
      }
    },
    paint: (drawn, rows) => {
      for (const [index, line] of lines) {
        if (index >= drawn.from && index < drawn.to) continue;
        lines.delete(index);
        spare.push(line);
      }
      for (let index = drawn.from; index < drawn.to; index += 1) {
        let line = lines.get(index);
        if (line === undefined) {
          line = spare.pop() ?? newLine();
          line.element.hidden = false;
          line.element.id = `${idPrefix}${index}`;
          lines.set(index, line);
        }
        paintLine(line, index, drawn.base, rows);
      }
      for (const line of spare) line.element.remove();
      spare = [];
      for (const line of lines.values())
        if (line.row !== null && line.row.number === rows.selected) return line.element;
      return null;
    },
  };
}

function setText(cell: HTMLElement, text: string): void {
  if (cell.textContent !== text) cell.textContent = text;
}

/** The sign stands before what Info says; it is moved only when it is another. */
function setSign(line: Line, tone: Tone | null, info = ''): void {
  const cell = line.cells.at(-1);
  if (cell === undefined) return;
  const sign = tone === null ? null : line.signs[tone];
  if (sign === null) cell.replaceChildren(info);
  else cell.replaceChildren(sign, ` ${info}`);
  line.tone = tone;
}

/** What a cell says on hover. */
export function packetTitle(row: ListedPacket, column: PacketColumn, time: string): string {
  switch (column) {
    case 'number':
      return [
        `Packet ${formatCount(row.number)} on ${row.interface}`,
        ...(row.marked ? ['Marked'] : []),
        row.comment ?? '',
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'time':
      return time;
    case 'source':
    case 'destination':
      return `${endpointText(row, column, false)}\n${endpointText(row, column, true)}`;
    case 'protocol':
      return row.protocol;
    case 'length':
      return row.capturedBytes < row.originalBytes
        ? `${formatCount(row.originalBytes)} bytes, of which ${formatCount(row.capturedBytes)} were captured`
        : `${formatCount(row.originalBytes)} bytes`;
    case 'info':
      return [row.info, ...troubleNames(row.troubles).map((name) => troubleWords[name].meaning)].join('\n');
    default:
      return column satisfies never;
  }
}
