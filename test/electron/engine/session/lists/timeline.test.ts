import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import { createView } from '../../../../../electron/engine/session/lists/view.ts';
import { exchange } from '../support.ts';
import { createLists } from './lists-support.ts';

const noSlow = {
  headerValues: () => [],
  hasBody: () => true,
  readBody: () => Promise.reject(new Error('No body is asked for.')),
};
const buckets = 7;

function counted(
  records: readonly ExchangeRecord[],
  fromUs: number,
  toUs: number,
): { total: number[]; problems: number[] } {
  const total = new Array<number>(buckets).fill(0);
  const problems = new Array<number>(buckets).fill(0);
  for (const { startedAtUs, status } of records) {
    if (startedAtUs < fromUs || startedAtUs >= toUs) continue;
    const bucket = Math.min(buckets - 1, Math.floor((startedAtUs - fromUs) * (buckets / (toUs - fromUs))));
    total[bucket] = (total[bucket] ?? 0) + 1;
    if ((status ?? 0) >= 400) problems[bucket] = (problems[bucket] ?? 0) + 1;
  }
  return { total, problems };
}

const draft = fc.record({
  startedAtUs: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 40 })),
  status: fc.option(fc.constantFrom(200, 404, 500)),
});

it('counts when the exchanges of a view began, while some come, change and leave', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(draft, { minLength: 1, maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(90), draft), { maxLength: 20 }),
      fc.constantFrom(1, 3, 900),
      fc.option(fc.integer({ min: 0, max: 6000 })),
      fc.option(fc.integer({ min: 0, max: 6000 })),
      async (first, changes, gap, fromUs, toUs) => {
        const { put, store, marks, bodies } = createLists();
        const records = new Map<number, ExchangeRecord>();
        const write = (at: number, { startedAtUs, status }: (typeof first)[number]): number => {
          const id = at * gap + 1;
          const record = exchange(id, { startedAtUs, status, errorCode: null });
          records.set(id, record);
          put(record);
          return id;
        };
        // Enough of them in the first block that sums of it are kept.
        for (let at = 0; at < 600; at++) write(at, first[at % first.length] as (typeof first)[number]);
        // Only those that are not 500 match.
        const filter = {
          kind: 'number',
          field: 'status',
          min: 500,
          max: 500,
          minOpen: false,
          maxOpen: false,
        };
        const node = { kind: 'not', node: filter } as Parameters<typeof createView>[1];
        const view = createView({ store, marks, bodies, slow: noSlow }, node, null, false);
        await view.fill(Infinity);
        const check = (): void => {
          const matching = [...records.values()].filter(({ status }) => status !== 500);
          const found = view.timeline.of(view.ids(), buckets, { fromUs, toUs });
          const times = matching.map(({ startedAtUs }) => startedAtUs);
          expect(found.fromUs).toBe(fromUs ?? (times.length === 0 ? 0 : Math.min(...times)));
          const lastUs = toUs ?? (times.length === 0 ? 0 : Math.max(...times) + 1);
          expect(found.toUs).toBe(Math.max(lastUs, found.fromUs + 1));
          expect({ total: found.total, problems: found.problems }).toEqual(
            counted(matching, found.fromUs, found.toUs),
          );
        };
        check();
        for (const [at, each] of changes) {
          const id = write(at + 550, each);
          store.refresh([id]);
          view.update([id]);
          check();
        }
      },
    ),
    { numRuns: 12 },
  );
});
