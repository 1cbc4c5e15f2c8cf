import { escapeMarkup } from './escape-markup.ts';

/** One line of a drawn settings screen. */
export interface PictureRow {
  readonly label: string;
  /** `on`: a switch that is to be on; `text`: something that is to be typed or read; `next`: leads on. */
  readonly kind: 'next' | 'on' | 'text';
  readonly value?: string;
  /** What is to be touched. */
  readonly isMarked?: boolean;
}

const [width, rowHeight, head] = [280, 38, 34];
/** Characters that fit beside what is at the right. */
const [labelCharsMax, valueCharsMax] = [30, 20];

/** A settings screen, drawn (SVG 1.1) with the colours of the page it is in; `label` says it to those who do not see it. */
export function settingsPicture(title: string, rows: readonly PictureRow[], label: string): string {
  const height = head + rows.length * rowHeight + 8;
  const drawn = rows.map((row, index) => rowOf(row, head + index * rowHeight)).join('');
  return `<svg class="screen" role="img" aria-label="${escapeMarkup(label)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="12" class="frame"/><text x="${width / 2}" y="22" class="title">${escapeMarkup(title)}</text>${drawn}</svg>`;
}

function rowOf({ label, kind, value, isMarked }: PictureRow, y: number): string {
  const marked = isMarked === true;
  const middle = y + rowHeight / 2;
  const mark = marked
    ? `<rect x="6" y="${y + 2}" width="${width - 12}" height="${rowHeight - 4}" rx="8" class="mark"/>`
    : '';
  return `${mark}<text x="16" y="${middle + 4}" class="${marked ? 'row strong' : 'row'}">${escapeMarkup(cut(label, labelCharsMax))}</text>${rightOf(kind, value, middle)}`;
}

function rightOf(kind: PictureRow['kind'], value: string | undefined, middle: number): string {
  const right = width - 16;
  switch (kind) {
    case 'on':
      return `<rect x="${right - 36}" y="${middle - 10}" width="36" height="20" rx="10" class="on"/><circle cx="${right - 10}" cy="${middle}" r="8" class="knob"/>`;
    case 'text':
      return `<text x="${right}" y="${middle + 4}" class="value">${escapeMarkup(cut(value ?? '', valueCharsMax))}</text>`;
    case 'next':
      return `<path d="M${right - 6} ${middle - 5}l5 5-5 5" class="next"/>`;
    default:
      return kind satisfies never;
  }
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}
