/** Rows behind the one of the heads are counted from 2 on. */
const firstRowIndex = 2;

/** Says to those who read the document which row of the list an element is. */
export function putRowIndex(row: Element, index: number): void {
  row.setAttribute('aria-rowindex', String(index + firstRowIndex));
}

/** The row of the list that something stands in, null when it stands in none. */
export function rowIndexAt(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest('.list-row') : null;
  const told = row?.getAttribute('aria-rowindex');
  return told === null || told === undefined ? null : Number(told) - firstRowIndex;
}
