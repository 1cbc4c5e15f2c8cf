import { describe, expect, it, vi } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import { succeed } from '../../core/model/result.ts';
import type { Connection } from '../../renderer/state/connection.ts';
import { createFilterValues } from '../../renderer/state/filter-values.ts';
import { createStore } from '../../renderer/state/store.ts';
import { patienceMs } from '../support/patience.ts';

function scene() {
  const asked: string[] = [];
  const exchanges = {
    values: ({ field }: { field: string }) => {
      asked.push(field);
      return Promise.resolve(succeed({ values: [`${field} value`] }));
    },
    headerNames: () => {
      asked.push('headers');
      return Promise.resolve(succeed({ request: ['host', 'x-id'], response: ['server', 'x-id'] }));
    },
  };
  const client = { services: { exchanges } } as unknown as Client;
  const connection: Connection = {
    ...{ state: createStore('ready' as const), client: () => client, onClient: () => undefined },
  };
  const shownId = createStore<number | null>(1);
  return { asked, shownId, values: createFilterValues(connection, { shownId }) };
}

describe('values that a session has', () => {
  it('are asked for when they are wanted, header names of both sides at once', async () => {
    const { asked, values } = scene();
    expect(values.of('header')).toEqual([]);
    expect(values.of('response.header')).toEqual([]);
    await vi.waitFor(() => expect(values.of('header')).toEqual(['host', 'x-id', 'server']), patienceMs);
    expect(values.of('request.header')).toEqual(['host', 'x-id']);
    expect(values.of('response.header')).toEqual(['server', 'x-id']);
    expect(values.of('path')).toEqual([]);
    expect(asked).toEqual(['headers']);
    values.of('host');
    await vi.waitFor(() => expect(values.of('host')).toEqual(['host value']), patienceMs);
    expect(values.version.get()).toBe(2);
  });

  it('are those of the session that is shown', async () => {
    const { shownId, values } = scene();
    values.of('host');
    await vi.waitFor(() => expect(values.of('host')).toHaveLength(1), patienceMs);
    shownId.set(2);
    expect(values.of('host')).toEqual([]);
  });
});
