import type { SettingsState } from '../../core/contract/settings.ts';
import {
  defaultSettings,
  type Density,
  type Settings,
  type SettingsChange,
  type Theme,
} from '../../core/model/settings.ts';
import { bindingsOf, type Bindings } from './commands.ts';
import type { Connection } from './connection.ts';
import { createPreference } from './preference.ts';
import { createStore, type Store } from './store.ts';

/** A change, or what makes one of the settings as they are when its turn has come: a list is edited so. */
export type SettingsEdit = SettingsChange | ((settings: Settings) => SettingsChange);

export interface SettingsStore {
  /** Null until the engine said what they are. */
  readonly state: Store<SettingsState | null>;
  readonly bindings: Store<Bindings>;
  /** One after the other. Gives null, or in one line why nothing was changed. */
  readonly update: (edit: SettingsEdit) => Promise<string | null>;
  /** In words, how a connection to this URL would go, or why that cannot be said. */
  readonly route: (url: string) => Promise<string>;
}

/** How the window looks. Where it is kept besides the settings: so that it looks so before the engine answers. */
export interface Look {
  readonly theme: Theme;
  readonly density: Density;
}

export function createSettings(connection: Connection, applyLook: (look: Look) => void): SettingsStore {
  const state = createStore<SettingsState | null>(null);
  const bindings = createStore<Bindings>(bindingsOf(defaultSettings.keys));
  const lastLook = createPreference<Look>('look', defaultSettings, asLook);
  applyLook(lastLook.get());

  const take = (next: SettingsState) => {
    const { theme, density, keys } = next.settings;
    const before = state.get();
    state.set(next);
    if (JSON.stringify(before?.settings.keys) !== JSON.stringify(keys)) bindings.set(bindingsOf(keys));
    const last = lastLook.get();
    if (last.theme === theme && last.density === density) return;
    lastLook.set({ theme, density });
    applyLook({ theme, density });
  };
  let savedBefore: Promise<unknown> = Promise.resolve();
  const save = async (edit: SettingsEdit): Promise<string | null> => {
    const client = connection.client();
    if (client === null) return 'The engine is restarting. Try again in a moment.';
    const change = typeof edit === 'function' ? edit(state.get()?.settings ?? defaultSettings) : edit;
    const result = await client.services.settings.update({ change: { ...change } });
    if (!result.ok) return result.error.message;
    take(result.value);
    return null;
  };
  connection.onClient((client) => {
    client.on('settings', 'changed', take);
    void client.services.settings.get({}).then((result) => {
      if (result.ok) take(result.value);
    });
  });
  return {
    state,
    bindings,
    route: async (url) => {
      const result = await connection.client()?.services.proxy.route({ url });
      if (result === undefined) return 'The engine is restarting. Try again in a moment.';
      return result.ok ? result.value.words : result.error.message;
    },
    update: (edit) => {
      const saved = savedBefore.then(() => save(edit));
      savedBefore = saved.catch(() => undefined);
      return saved;
    },
  };
}

function asLook(value: unknown): Look | null {
  if (typeof value !== 'object' || value === null || !('theme' in value) || !('density' in value))
    return null;
  const { theme, density } = value;
  const isTheme = theme === 'system' || theme === 'light' || theme === 'dark';
  const isDensity = density === 'regular' || density === 'compact';
  return isTheme && isDensity ? { theme, density } : null;
}
