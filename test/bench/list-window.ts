import type { Page } from 'playwright-core';

/** Something a person does to the list, and how long it takes until the rows that answer it are drawn. */
export interface ListAction {
  readonly what: string;
  readonly msMax: number;
  /** ms, measured in the page. */
  readonly run: (page: Page) => Promise<number>;
}

const rowsMsMax = 300;
/** An answer that takes longer ends the benchmark. */
const patienceMs = 20_000;
/** Frames without a change before something is done. */
const calmFrames = 40;

type Deed =
  | { readonly kind: 'sort'; readonly column: string }
  | { readonly kind: 'filter'; readonly text: string; readonly rows: 'some' | 'none' }
  | { readonly kind: 'scroll'; readonly share: number };

/** Opens the window and gives the time until the first rows are drawn, ms. */
export async function openList(page: Page, address: string, rows: number): Promise<number> {
  const began = performance.now();
  await page.goto(address);
  await waitForRows(page);
  const openedMs = performance.now() - began;
  await waitForList(page, rows);
  return openedMs;
}

async function waitForRows(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelectorAll('.list-row:not(.missing)').length >= 10);
}

/** Until rows are drawn and the list has so many. */
export async function waitForList(page: Page, rows: number): Promise<void> {
  await waitForRows(page);
  await page.waitForFunction(
    (count) => Number(document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount')) > count,
    rows,
    { timeout: patienceMs },
  );
}

/** Does it in the page and waits, frame by frame, until other rows are drawn and none is missing. */
async function measure(page: Page, deed: Deed): Promise<number> {
  return page.evaluate(
    async ({ wanted, limitMs, calm }) => {
      const grid = document.querySelector<HTMLElement>('[role="grid"]');
      if (grid === null) throw new Error('There is no list.');
      const look = (): string => {
        const rows = [...grid.querySelectorAll<HTMLElement>('.list-row')];
        if (rows.some((row) => row.classList.contains('missing'))) return 'missing';
        return rows.map((row) => row.textContent).join('\n');
      };
      // What the action before set in motion, such as the strip above the list, is over.
      let before = look();
      for (let calmFrames = 0; calmFrames < calm; calmFrames++) {
        await new Promise(requestAnimationFrame);
        const now = look();
        if (now !== before) calmFrames = 0;
        before = now;
      }
      const began = performance.now();
      if (wanted.kind === 'sort') {
        const header = grid.querySelector(`[role="columnheader"][data-column="${wanted.column}"]`);
        header?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      } else if (wanted.kind === 'filter') {
        const field = document.querySelector<HTMLInputElement>('input[aria-label="Filter"]');
        if (field === null) throw new Error('There is no filter.');
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, wanted.text);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      } else grid.scrollTop = grid.scrollHeight * wanted.share;
      for (;;) {
        await new Promise(requestAnimationFrame);
        const now = look();
        const isAnswered =
          wanted.kind === 'filter' && wanted.rows === 'none' ? now === '' : now !== '' && now !== 'missing';
        if (isAnswered && now !== before) return performance.now() - began;
        if (performance.now() - began > limitMs)
          throw new Error(`${JSON.stringify(wanted)} was not answered.`);
      }
    },
    { wanted: deed, limitMs: patienceMs, calm: calmFrames },
  );
}

function sorted(column: string): ListAction[] {
  return [
    {
      what: `sorted by ${column}`,
      msMax: rowsMsMax,
      run: (page) => measure(page, { kind: 'sort', column }),
    },
    {
      what: `sorted by ${column}: scroll bar dragged to 50 %`,
      msMax: rowsMsMax,
      run: async (page) => {
        const ms = await measure(page, { kind: 'scroll', share: 0.5 });
        await measure(page, { kind: 'scroll', share: 0 });
        return ms;
      },
    },
  ];
}

function filtered(text: string, rows: 'some' | 'none' = 'some'): ListAction {
  return {
    what: `filtered by ${text} (0.12 s of it are the pause in typing)`,
    msMax: rowsMsMax,
    run: async (page) => {
      const ms = await measure(page, { kind: 'filter', text, rows });
      await measure(page, { kind: 'filter', text: '', rows: 'some' });
      return ms;
    },
  };
}

/** In this order, one after the other. */
export const listActions: readonly ListAction[] = [
  ...['time', 'size', 'host', 'path', 'status', 'method', 'type'].flatMap(sorted),
  // Back to the order of arrival.
  {
    what: 'sorted by number',
    msMax: rowsMsMax,
    run: (page) => measure(page, { kind: 'sort', column: 'number' }),
  },
  filtered('host:api5'),
  filtered('status:404'),
  filtered('status:>=500 method:POST'),
  filtered('orders/1234'),
  filtered('page=17'),
  filtered('no such text anywhere', 'none'),
];
