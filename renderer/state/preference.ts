import { createStore, type WritableStore } from './store.ts';

/** A store that outlives the window, in localStorage. `parse` gives null for what is not such a value. */
export function createPreference<T>(
  name: string,
  initial: T,
  parse: (value: unknown) => T | null,
): WritableStore<T> {
  const key = `plumbline.${name}`;
  const store = createStore<T>(read(key, parse) ?? initial);
  return {
    ...store,
    set: (value) => {
      store.set(value);
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Storage is full or forbidden: the choice holds for this window only.
      }
    },
  };
}

function read<T>(key: string, parse: (value: unknown) => T | null): T | null {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export function oneOf<const T extends string>(values: readonly T[]): (value: unknown) => T | null {
  return (value) => values.find((one) => one === value) ?? null;
}

export function numberBetween(min: number, max: number): (value: unknown) => number | null {
  return (value) => (typeof value === 'number' && value >= min && value <= max ? value : null);
}

export function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
