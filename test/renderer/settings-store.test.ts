import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import type { SettingsState } from '../../core/contract/settings.ts';
import { defaultSettings, type Settings } from '../../core/model/settings.ts';
import { fail, succeed } from '../../core/model/result.ts';
import type { Connection } from '../../renderer/state/connection.ts';
import { without } from '../../renderer/format/edit-list.ts';
import { createSettings, type Look } from '../../renderer/state/settings.ts';
import { createStore } from '../../renderer/state/store.ts';

function stateWith(changes: Partial<Settings>): SettingsState {
  return { settings: { ...defaultSettings, ...changes }, path: '/s.json', folder: '/', problem: null };
}

/** A store over an engine that holds these settings and takes every change but of the address. */
function createScene(first: Partial<Settings>) {
  let settings = stateWith(first);
  let tell: (state: SettingsState) => void = () => {};
  const client = {
    services: {
      settings: {
        get: () => Promise.resolve(succeed(settings)),
        update: ({ change }: { change: Partial<Settings> }) => {
          if ('listen' in change) return Promise.resolve(fail('setting-invalid', 'No such address.'));
          settings = stateWith({ ...settings.settings, ...change });
          return Promise.resolve(succeed(settings));
        },
      },
    },
    on: (_service: string, _event: string, listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
  } as unknown as Client;
  const looks: Look[] = [];
  const connection: Connection = {
    state: createStore('ready' as const),
    client: () => client,
    onClient: (listener) => listener(client),
  };
  const store = createSettings(connection, (look) => looks.push(look));
  return { store, looks, tell: (changes: Partial<Settings>) => tell(stateWith(changes)) };
}

describe('the settings of the window', () => {
  it('come from the engine, and theme and density are put on the page when they differ', async () => {
    const { store, looks, tell } = createScene({ theme: 'dark' });
    await Promise.resolve();
    expect(store.state.get()?.settings.theme).toBe('dark');
    expect(looks.at(-1)).toEqual({ theme: 'dark', density: 'regular' });
    tell({ theme: 'light', density: 'compact' });
    expect(looks.at(-1)).toEqual({ theme: 'light', density: 'compact' });
    const before = looks.length;
    tell({ theme: 'light', density: 'compact', bodyBytesMax: 5 });
    expect(looks).toHaveLength(before);
  });

  it('change the keys at once', async () => {
    const { store } = createScene({});
    expect(await store.update({ keys: { 'list.follow': ['g'] } })).toBeNull();
    expect(store.bindings.get().get('list.follow')).toEqual(['g']);
  });

  it('make one change after the other, each of what the one before made', async () => {
    const { store } = createScene({ insecureHosts: ['a.test', 'b.test', 'c.test'] });
    const saved = ['a.test', 'b.test'].map((host) =>
      store.update(({ insecureHosts }) => ({ insecureHosts: without(insecureHosts, host) })),
    );
    expect(await Promise.all([...saved, store.update({ listen: 'nowhere' })])).toEqual([
      null,
      null,
      'No such address.',
    ]);
    expect(await store.update({ theme: 'dark' })).toBeNull();
    expect(store.state.get()?.settings).toMatchObject({ insecureHosts: ['c.test'], theme: 'dark' });
  });

  it('give the engine’s reason when a change is not taken', async () => {
    const { store } = createScene({});
    expect(await store.update({ listen: 'nowhere' })).toBe('No such address.');
  });
});
