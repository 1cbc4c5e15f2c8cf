import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { legFields, type LegField } from '../../../../../core/filter/node.ts';
import type { ConversationRecord } from '../../../../../core/model/exchange-record.ts';
import type { Session } from '../../../../../electron/engine/session/session-api.ts';
import { blockRows } from '../../../../../electron/engine/session/columns/fields.ts';
import { sortKeysFor } from '../../../../../electron/engine/session/lists/sort-keys.ts';
import { createView } from '../../../../../electron/engine/session/lists/view.ts';
import { conversation, exchange, opened, tempPath, valueOf } from '../support.ts';
import { createLists } from './lists-support.ts';

/** Resolves when all values are read. */
async function openSorted(session: Session, column: LegField, descending: boolean): Promise<number> {
  const complete = new Set<number>();
  session.onViewChanged(({ viewId, progress }) => {
    if (progress === null) complete.add(viewId);
  });
  const { viewId, progress } = valueOf(await session.openView('', { column, descending }));
  if (progress !== null) await vi.waitFor(() => expect(complete.has(viewId)).toBe(true), 20_000);
  return viewId;
}

const idsOf = async (session: Session, viewId: number): Promise<number[]> =>
  valueOf(await session.rows(viewId, 0, 100)).rows.map(({ id }) => id);

describe('a list sorted by what connections say', () => {
  it('has those that say it in the order of its text, whatever the case, and the others behind', async () => {
    const session = await opened(tempPath());
    const clients: Partial<ConversationRecord>[] = [
      { processName: 'node', way: 'proxy', device: 'iPhone' },
      { processName: 'curl', way: 'socks5', device: null },
      { processName: null, way: 'connect', device: 'Android' },
      { processName: 'Chromium', way: 'transparent', device: 'android' },
    ];
    clients.forEach((client, at) => session.sink.putConversation(conversation(at + 1, client)));
    session.sink.putConversation(conversation(5, { role: 'server', via: 'socks5://b:1080' }));
    session.sink.putConversation(conversation(6, { role: 'server', via: 'http://a:3128' }));
    const servers = [5, 6, null, 5, 6];
    servers.forEach((serverConversation, at) => {
      const clientConversation = at === 4 ? null : at + 1;
      session.sink.putExchange(exchange(at + 1, { clientConversation, serverConversation }));
    });
    await session.flush();
    const expected: Record<LegField, [number[], number[]]> = {
      process: [
        [4, 2, 1, 3, 5],
        [1, 2, 4, 3, 5],
      ],
      way: [
        [3, 1, 2, 4, 5],
        [4, 2, 1, 3, 5],
      ],
      device: [
        [3, 4, 1, 2, 5],
        [1, 4, 3, 2, 5],
      ],
      via: [
        [2, 5, 1, 4, 3],
        [4, 1, 5, 2, 3],
      ],
    };
    for (const field of legFields) {
      const found = [
        await idsOf(session, await openSorted(session, field, false)),
        await idsOf(session, await openSorted(session, field, true)),
      ];
      expect([field, found]).toEqual([field, expected[field]]);
    }
    await session.close();
  });

  it('takes in what comes, and a process that is named after its exchange ended', async () => {
    const session = await opened(tempPath());
    session.sink.putConversation(conversation(1, { processName: 'm' }));
    session.sink.putConversation(conversation(2));
    session.sink.putExchange(exchange(1, { clientConversation: 2 }));
    session.sink.putExchange(exchange(2, { clientConversation: 1 }));
    await session.flush();
    const viewId = await openSorted(session, 'process', false);
    expect(await idsOf(session, viewId)).toEqual([2, 1]);
    session.sink.putConversation(conversation(2, { processName: 'a' }));
    session.sink.putExchange(exchange(1, { clientConversation: 2, app: 'a' }));
    session.sink.putConversation(conversation(3, { processName: 'k' }));
    session.sink.putExchange(exchange(3, { clientConversation: 3 }));
    await session.flush();
    await vi.waitFor(async () => expect(await idsOf(session, viewId)).toEqual([1, 3, 2]), 20_000);
    await session.close();
  });

  it('keeps its order while connections change and exchanges come, end and are written again', async () => {
    const noSlow = {
      headerValues: () => [],
      hasBody: () => true,
      readBody: () => Promise.reject(new Error('No body is asked for.')),
    };
    const name = fc.constantFrom('curl', 'node', 'Python', null);
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }),
        fc.array(fc.record({ legs: fc.array(fc.tuple(fc.nat(5), name)), ids: fc.uniqueArray(fc.nat(45)) }), {
          maxLength: 8,
        }),
        async (descending, first, steps) => {
          const { put, putLeg, store, marks, bodies } = createLists();
          const names: (string | null)[] = ['curl', 'node', 'Python', null, 'curl', 'a'];
          names.forEach((processName, at) => putLeg(conversation(at + 1, { processName })));
          /** What each exchange was last written with; they stand in three blocks. */
          const written = new Map<number, string | null>();
          const idOf = (at: number): number => at * 300 + 1;
          const write = (at: number): number => {
            const leg = first[at % first.length] as number;
            put(exchange(idOf(at), { clientConversation: leg + 1 }));
            written.set(idOf(at), names[leg] ?? null);
            return idOf(at);
          };
          first.forEach((_, at) => write(at));
          const keys = sortKeysFor('process', store, marks);
          const view = createView({ store, marks, bodies, slow: noSlow }, null, keys, descending);
          while (!view.isFilled()) await view.fill(Infinity);
          const check = (): void => {
            const ids = [...written.keys()].sort((a, b) => a - b);
            const text = (id: number): string => (written.get(id) ?? '').toLowerCase();
            const named = ids.filter((id) => text(id) !== '');
            named.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : a - b));
            if (descending) named.reverse();
            const expected = [...named, ...ids.filter((id) => text(id) === '')];
            expect(view.slice(0, 1000)).toEqual(expected);
            expect(expected.map((id) => view.indexOf(id))).toEqual(expected.map((_, at) => at));
          };
          check();
          for (const { legs, ids } of steps) {
            for (const [leg, processName] of legs) {
              names[leg] = processName;
              putLeg(conversation(leg + 1, { processName }));
            }
            const changed = ids.map(write);
            store.refresh(changed);
            view.update(changed);
            check();
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('reads a block of 4,096 exchanges with one look at its connections', () => {
    const { put, putLeg, store, marks } = createLists();
    for (let id = 1; id <= 3; id++) putLeg(conversation(id, { processName: `p${id}` }));
    const ids = Array.from({ length: 2 * blockRows }, (_, at) => at + 1);
    put(...ids.map((id) => exchange(id, { clientConversation: (id % 3) + 1 })));
    const looks: number[] = [];
    const counted = {
      ...store,
      legValues: (...asked: Parameters<typeof store.legValues>) => {
        looks.push(asked[0].length);
        return store.legValues(...asked);
      },
    };
    const keys = sortKeysFor('process', counted, marks);
    expect(keys?.gather?.(Uint32Array.from(ids), 0, Infinity)).toBe(ids.length);
    expect(looks).toEqual([3, 3]);
    expect(keys?.gather?.(Uint32Array.from(ids), 0, -Infinity)).toBe(0);
  });
});
