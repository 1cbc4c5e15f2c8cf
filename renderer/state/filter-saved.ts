import { filterTextMax } from '../../core/filter/filter-limits.ts';
import { createPreference } from './preference.ts';
import type { Store } from './store.ts';

export interface SavedFilter {
  readonly name: string;
  readonly text: string;
}

export interface SavedFilters {
  /** In the order they were saved; the first nine have a key. */
  readonly list: Store<readonly SavedFilter[]>;
  /** Another filter of that name gives way to this one. False if there is no room, or the name or the text is empty. */
  readonly save: (name: string, text: string) => boolean;
  /** False if another one has that name, or it is empty. */
  readonly rename: (name: string, to: string) => boolean;
  readonly remove: (name: string) => void;
}

export const savedFiltersMax = 50;
export const filterNameMax = 60;

export function createSavedFilters(): SavedFilters {
  const list = createPreference<readonly SavedFilter[]>('savedFilters', [], savedFilters);
  const has = (name: string) => list.get().some((one) => one.name === name);
  return {
    list,
    save: (typed, text) => {
      const name = typed.trim().slice(0, filterNameMax);
      if (name === '' || text.trim() === '') return false;
      if (has(name)) {
        list.set(list.get().map((one) => (one.name === name ? { name, text } : one)));
        return true;
      }
      if (list.get().length >= savedFiltersMax) return false;
      list.set([...list.get(), { name, text }]);
      return true;
    },
    rename: (name, typed) => {
      const to = typed.trim().slice(0, filterNameMax);
      if (to === '' || (to !== name && has(to))) return false;
      list.set(list.get().map((one) => (one.name === name ? { ...one, name: to } : one)));
      return true;
    },
    remove: (name) => list.set(list.get().filter((one) => one.name !== name)),
  };
}

/** Storage is a person's to edit: what is not a saved filter is left out, and of two with one name the second. */
function savedFilters(value: unknown): readonly SavedFilter[] | null {
  if (!Array.isArray(value)) return null;
  const names = new Set<string>();
  return value.filter(isSavedFilter).filter(({ name }) => {
    const isNew = !names.has(name) && names.size < savedFiltersMax;
    if (isNew) names.add(name);
    return isNew;
  });
}

function isSavedFilter(value: unknown): value is SavedFilter {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('text' in value)) return false;
  const { name, text } = value;
  return (
    typeof name === 'string' &&
    typeof text === 'string' &&
    name !== '' &&
    name.length <= filterNameMax &&
    text !== '' &&
    text.length <= filterTextMax
  );
}
