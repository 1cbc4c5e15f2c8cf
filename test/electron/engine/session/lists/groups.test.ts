import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupFields, groupOrders, type ExchangeGroup } from '../../../../../core/contract/exchanges.ts';
import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import type { Ids } from '../../../../../electron/engine/session/columns/fields.ts';
import { branchesOf } from '../../../../../electron/engine/session/lists/branches.ts';
import { groupsOf } from '../../../../../electron/engine/session/lists/groups.ts';
import { exchange } from '../support.ts';
import { createLists } from './lists-support.ts';

const fieldOf: Readonly<Record<(typeof groupFields)[number], (record: ExchangeRecord) => string | null>> = {
  host: ({ host }) => host,
  statement: ({ grouped }) => grouped,
  app: ({ app }) => app,
  type: ({ contentType }) => contentType,
  method: ({ method }) => method,
  protocol: ({ protocol }) => protocol,
};

/** The smallest of the values that so many of them do not exceed. */
function rank(values: readonly number[], share: number): number | undefined {
  return values.find((value) => values.filter((other) => other <= value).length >= values.length * share);
}

/** A group as its definition says, one exchange after the other. */
function plainGroup(name: string, records: readonly ExchangeRecord[]): ExchangeGroup {
  const times = records
    .filter(({ state, longLived }) => state !== 'open' && longLived === null)
    .map(({ startedAtUs, endedAtUs }) => (endedAtUs ?? 0) - startedAtUs)
    .sort((a, b) => a - b);
  const isProblem = ({ errorCode, status, grpcStatus }: ExchangeRecord): boolean =>
    errorCode !== null || (status ?? 0) >= 400 || (grpcStatus ?? 0) !== 0;
  const [min, p50, p90, p95, p99, max] = [0, 0.5, 0.9, 0.95, 0.99, 1].map((share) => rank(times, share) ?? 0);
  return {
    name,
    count: records.length,
    problems: records.filter(isProblem).length,
    rows: records.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    totalUs: times.reduce((sum, time) => sum + time, 0),
    time: times.length === 0 ? null : ({ min, p50, p90, p95, p99, max } as ExchangeGroup['time']),
  };
}

const text = fc.constantFrom('', 'a', 'b', 'SELECT ?', 'ü'.repeat(70));
const draft = fc.record({
  host: text,
  method: text,
  protocol: fc.constantFrom<ExchangeRecord['protocol']>('http/1.1', 'h2', 'redis'),
  app: fc.option(text),
  contentType: fc.option(text),
  grouped: fc.option(text),
  rowCount: fc.option(fc.nat(50)),
  status: fc.option(fc.constantFrom(200, 404)),
  errorCode: fc.option(fc.constant('timeout'), { freq: 9 }),
  grpcStatus: fc.option(fc.constantFrom(0, 14)),
  longLived: fc.option(fc.constantFrom<ExchangeRecord['longLived']>('websocket'), { freq: 9 }),
  isOpen: fc.boolean(),
  lastsUs: fc.oneof(fc.nat(9), fc.nat(900_000)),
});

describe('groups of exchanges', () => {
  it('are what they are said to be, whatever is in them, and the tree counts the same', () => {
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 60 }),
        fc.constantFrom(1, 700),
        fc.constantFrom(...groupFields),
        fc.constantFrom(...groupOrders),
        fc.integer({ min: 1, max: 6 }),
        (drafts, gap, by, order, limit) => {
          const { put, store } = createLists();
          const records = drafts.map(({ isOpen, lastsUs, ...changes }, at) =>
            exchange(at * gap + 1, {
              ...changes,
              state: isOpen ? 'open' : 'done',
              startedAtUs: 1000,
              endedAtUs: isOpen ? null : 1000 + lastsUs,
            }),
          );
          put(...records);
          const values = new Set(records.map(fieldOf[by]).filter((value) => (value ?? '') !== ''));
          const wanted = [...values].map((name) =>
            plainGroup(
              name ?? '',
              records.filter((record) => fieldOf[by](record) === name),
            ),
          );
          const ids: Ids = Uint32Array.from(records, ({ id }) => id);
          const found = groupsOf(store, ids, by, order, limit);

          expect(found.count).toBe(wanted.reduce((sum, { count }) => sum + count, 0));
          expect(found.totalUs).toBe(wanted.reduce((sum, { totalUs }) => sum + totalUs, 0));
          expect(found.more).toBe(Math.max(0, wanted.length - limit));
          expect(found.groups).toHaveLength(wanted.length - found.more);
          for (const group of found.groups)
            expect(group).toEqual(wanted.find(({ name }) => name === group.name));
          const measured = ({ time, ...group }: ExchangeGroup): number => {
            if (order === 'p50' || order === 'p95' || order === 'max') return time?.[order] ?? -1;
            return group[order === 'total' ? 'totalUs' : order];
          };
          const shown = found.groups.map(measured);
          const all = wanted.map(measured).sort((a, b) => b - a);
          expect(shown).toEqual(all.slice(0, limit));

          if (by !== 'host' && by !== 'app') return;
          const { branches } = branchesOf(store, ids, by, []);
          const counts = ({ name, count, problems }: (typeof branches)[number] | ExchangeGroup) => ({
            name,
            count,
            problems,
          });
          expect(new Set(branches.filter(({ name }) => name !== '').map(counts))).toEqual(
            new Set(wanted.map(counts)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
