import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import { sortColumns, type SortColumn } from '../../../../../core/model/list-columns.ts';
import type { SortKeys } from '../../../../../electron/engine/session/lists/keys.ts';
import { createSortedIds } from '../../../../../electron/engine/session/lists/sorted-ids.ts';
import { sortKeysFor } from '../../../../../electron/engine/session/lists/sort-keys.ts';
import { createView } from '../../../../../electron/engine/session/lists/view.ts';
import { exchange } from '../support.ts';
import { createLists } from './lists-support.ts';

const noSlow = {
  headerValues: () => [],
  hasBody: () => true,
  readBody: () => Promise.reject(new Error('No body is asked for.')),
};

function numberKeys(values: readonly (number | null)[]): SortKeys {
  const of = (id: number): number => values[id - 1] ?? NaN;
  return {
    gather: null,
    read: (ids) => ({ keys: Float64Array.from(ids, of), depth: null }),
    compare: (a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0),
    hasValue: (id) => !Number.isNaN(of(id)),
    isFixed: true,
    isMark: false,
  };
}

describe('ids by numbers', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: -5, max: 2 ** 31 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.nat(300).map((exponent) => 2 ** exponent),
    fc.double({ noNaN: true, min: 0, max: 1 }).map((share) => Math.floor(share ** 6 * 1e9)),
  );
  const value = fc.option(number, { freq: 9 });
  const many = fc.oneof(
    fc.array(value, { maxLength: 300 }),
    fc.array(value, { minLength: 300, maxLength: 3000 }),
    fc.array(number, { minLength: 257, maxLength: 600 }),
  );

  it('stand as comparing them would have it wherever they are looked at', () => {
    fc.assert(
      fc.property(many, fc.array(fc.nat(3000), { maxLength: 5 }), (values, looks) => {
        const keys = numberKeys(values);
        const ids = Uint32Array.from(values, (_, at) => at + 1);
        const expected = [...ids].sort(
          (a, b) =>
            Number(keys.hasValue(b)) - Number(keys.hasValue(a)) ||
            (keys.hasValue(a) ? keys.compare(a, b) : 0) ||
            a - b,
        );
        const sorted = createSortedIds(keys);
        sorted.set(ids);
        for (const from of looks) expect(sorted.slice(from, 9)).toEqual(expected.slice(from, from + 9));
        for (const at of looks.filter((each) => each < expected.length)) {
          expect(sorted.indexOf(expected[at] as number)).toBe(at);
        }
        expect(sorted.slice(0, ids.length)).toEqual(expected);
      }),
    );
  });
});

/** What a column shows, as a list sorts by it. */
function valueOf(record: ExchangeRecord, column: SortColumn): string | number | null {
  switch (column) {
    case 'path':
      return record.path.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    case 'host':
      return record.host;
    case 'type':
      return record.contentType;
    case 'status':
      return record.status;
    case 'size':
      return record.responseBytes;
    case 'time':
      return record.state === 'open' ? null : (record.endedAtUs ?? 0) - record.startedAtUs;
    default:
      return record.id;
  }
}

function expectedOrder(
  records: readonly ExchangeRecord[],
  column: SortColumn,
  descending: boolean,
): number[] {
  const known = records.filter((record) => valueOf(record, column) !== null);
  const none = records.filter((record) => valueOf(record, column) === null);
  const isOpen = ({ state }: ExchangeRecord): number => (state === 'open' ? 1 : 0);
  const waits = column !== 'id' && column !== 'path' && column !== 'host';
  const settled = known.filter((record) => !waits || isOpen(record) === 0);
  const tail = known.filter((record) => waits && isOpen(record) === 1);
  settled.sort((a, b) => {
    const x = valueOf(a, column) as string | number;
    const y = valueOf(b, column) as string | number;
    return x < y ? -1 : x > y ? 1 : a.id - b.id;
  });
  if (descending) settled.reverse();
  const last = [...none.filter((record) => !waits || isOpen(record) === 0)];
  const open = [...tail, ...none.filter((record) => waits && isOpen(record) === 1)].sort(
    (a, b) => a.id - b.id,
  );
  return [...settled, ...last, ...open].map(({ id }) => id);
}

const draft = fc.record({
  state: fc.constantFrom('open' as const, 'done' as const, 'done' as const),
  host: fc.constantFrom('a.test', 'b.test', 'c.test'),
  path: fc.oneof(
    fc.constantFrom('/', '/a', '/a/b', '/A/b', '/products/1', '/products/12', '/products/123', ''),
    fc.string({ unit: fc.constantFrom('/', 'a', 'b', 'B', '1', 'ü'), maxLength: 24 }),
  ),
  contentType: fc.option(fc.constantFrom('a/a', 'b/b')),
  status: fc.option(fc.constantFrom(200, 404, 500)),
  responseBytes: fc.integer({ min: 0, max: 3000 }),
  tookUs: fc.integer({ min: 0, max: 100 }),
});

describe('a sorted list', () => {
  it('stands in order whichever rows are looked at first, and while rows come and end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<SortColumn>('path', 'host', 'type', 'status', 'size', 'time', 'id'),
        fc.boolean(),
        fc.array(draft, { minLength: 1, maxLength: 60 }),
        fc.array(draft, { maxLength: 30 }),
        fc.array(fc.nat(80), { maxLength: 6 }),
        async (column, descending, first, second, looks) => {
          const { put, store, marks, bodies } = createLists();
          const toRecord = ({ tookUs, ...changes }: (typeof first)[number], id: number): ExchangeRecord => {
            const record = exchange(id, changes);
            return { ...record, endedAtUs: record.startedAtUs + tookUs };
          };
          let records = first.map((each, at) => toRecord(each, at * 700 + 1));
          put(...records);
          const keys = sortKeysFor(column, store, marks);
          const view = createView({ store, marks, bodies, slow: noSlow }, null, keys, descending);
          await view.fill(Infinity);
          const check = (): void => {
            const expected = expectedOrder(records, column, descending);
            for (const from of looks) expect(view.slice(from, 3)).toEqual(expected.slice(from, from + 3));
            expect(view.slice(0, 1000)).toEqual(expected);
            expect(expected.map((id) => view.indexOf(id))).toEqual(expected.map((_, at) => at));
          };
          check();
          const ended = records
            .filter(({ state }) => state === 'open')
            .map((each) => ({ ...each, state: 'done' as const }));
          const added = second.map((each, at) => toRecord(each, (first.length + at) * 700 + 1));
          put(...ended, ...added);
          records = [...records.filter(({ state }) => state !== 'open'), ...ended, ...added].sort(
            (a, b) => a.id - b.id,
          );
          const changed = [...ended, ...added].map(({ id }) => id);
          store.refresh(changed);
          view.update(changed);
          check();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('by application keeps its order when that becomes known after exchanges ended', async () => {
    const apps = ['curl', 'node', 'python3', null];
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.constantFrom(...apps), { minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.constantFrom(...apps)), { maxLength: 10 }),
        async (descending, first, later) => {
          const { put, store, marks, bodies } = createLists();
          const now = [...first];
          put(...first.map((app, at) => exchange(at + 1, { app })));
          const view = createView(
            { store, marks, bodies, slow: noSlow },
            null,
            sortKeysFor('app', store, marks),
            descending,
          );
          await view.fill(Infinity);
          const check = (): void => {
            const ids = now.map((_, at) => at + 1);
            const named = ids.filter((id) => now[id - 1] !== null);
            named.sort((a, b) => {
              const [x, y] = [now[a - 1] ?? '', now[b - 1] ?? ''];
              return x < y ? -1 : x > y ? 1 : a - b;
            });
            if (descending) named.reverse();
            const expected = [...named, ...ids.filter((id) => now[id - 1] === null)];
            expect(view.slice(0, 100)).toEqual(expected);
            expect(expected.map((id) => view.indexOf(id))).toEqual(expected.map((_, at) => at));
          };
          check();
          for (const [at, app] of later) {
            if (at >= now.length) continue;
            now[at] = app;
            put(exchange(at + 1, { app }));
            store.refresh([at + 1]);
            view.update([at + 1]);
            check();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('by path tells thousands apart that have much in common', async () => {
    const { put, store, marks, bodies } = createLists();
    const starts = ['/shop/de/', '/shop/de/cart/', '/shop/EN/', '/shop/en/', '/', ''];
    const records = Array.from({ length: 3000 }, (_, at) => {
      const end = at % 7 === 0 ? 'a'.repeat(at % 40) : String((at * 7919) % 1000);
      return exchange(at * 3 + 1, { path: (starts[at % starts.length] as string) + end });
    });
    put(...records);
    for (const descending of [false, true]) {
      const keys = sortKeysFor('path', store, marks);
      const view = createView({ store, marks, bodies, slow: noSlow }, null, keys, descending);
      await view.fill(Infinity);
      const expected = expectedOrder(records, 'path', descending);
      for (const from of [1500, 0, 2990]) {
        expect(view.slice(from, 20)).toEqual(expected.slice(from, from + 20));
      }
      expect(view.slice(0, 3000)).toEqual(expected);
    }
  });

  it('can be had by every column', async () => {
    const { put, store, marks, bodies } = createLists();
    put(exchange(1), exchange(2), exchange(3));
    for (const column of sortColumns) {
      const view = createView(
        { store, marks, bodies, slow: noSlow },
        null,
        sortKeysFor(column, store, marks),
        true,
      );
      await view.fill(Infinity);
      expect(view.slice(0, 10).sort()).toEqual([1, 2, 3]);
    }
  });
});
