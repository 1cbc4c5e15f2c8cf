import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFilterInput } from '../../renderer/state/filter-input.ts';
import { createSavedFilters } from '../../renderer/state/filter-saved.ts';

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function filterInput() {
  const setFilter = vi.fn<(text: string) => void>();
  return { setFilter, filter: createFilterInput({ setFilter }) };
}

describe('the filter that is typed', () => {
  it('filters once the keys rest', () => {
    const { filter, setFilter } = filterInput();
    for (const text of ['s', 'sh', 'shop']) filter.type(text);
    expect(setFilter).not.toHaveBeenCalled();
    vi.advanceTimersByTime(120);
    expect(setFilter.mock.calls).toEqual([['shop']]);
    filter.type('shop ');
    vi.advanceTimersByTime(1000);
    expect(setFilter).toHaveBeenCalledTimes(1);
  });

  it('keeps the last valid filter, and tells the mistake after a while', () => {
    const { filter, setFilter } = filterInput();
    filter.set('shop');
    filter.type('shop stauts:404');
    vi.advanceTimersByTime(300);
    expect(filter.state.get()).toEqual({ text: 'shop stauts:404', problem: null });
    vi.advanceTimersByTime(300);
    expect(filter.state.get().problem).toMatchObject({ from: 5, to: 12 });
    expect(setFilter.mock.calls).toEqual([['shop']]);
    filter.type('shop status:404');
    expect(filter.state.get().problem).toBeNull();
  });

  it('tells a mistake at once when the person is done, and follows it while it is mended', () => {
    const { filter } = filterInput();
    filter.type('host:');
    filter.settle();
    expect(filter.state.get().problem).not.toBeNull();
    filter.type('ahost:');
    expect(filter.state.get().problem?.message).toMatch(/There is no field/);
  });

  it('forgets a delayed filter when it is cleared', () => {
    const { filter, setFilter } = filterInput();
    filter.set('a');
    filter.type('ab');
    filter.clear();
    vi.advanceTimersByTime(1000);
    expect(setFilter.mock.calls).toEqual([['a'], ['']]);
  });

  it('remembers the last 20 that were settled, newest first and each once', () => {
    const { filter } = filterInput();
    for (let index = 0; index < 25; index++) {
      filter.set(`n${index}`);
      filter.settle();
    }
    filter.set('n20');
    filter.settle();
    filter.set('host:');
    filter.settle();
    expect(filter.recent.get()).toHaveLength(20);
    expect(filter.recent.get().slice(0, 3)).toEqual(['n20', 'n24', 'n23']);
    expect(filterInput().filter.recent.get()).toEqual(filter.recent.get());
  });
});

describe('saved filters', () => {
  it('are kept by name, and outlive the window', () => {
    const saved = createSavedFilters();
    expect(saved.save(' Slow ', 'time:>1s')).toBe(true);
    expect(saved.save('Failed', 'is:failed')).toBe(true);
    expect(saved.save('Slow', 'time:>2s')).toBe(true);
    expect(saved.save(' ', 'a')).toBe(false);
    expect(saved.save('a', ' ')).toBe(false);
    expect(createSavedFilters().list.get()).toEqual([
      { name: 'Slow', text: 'time:>2s' },
      { name: 'Failed', text: 'is:failed' },
    ]);
  });

  it('are renamed unless another one has the name, and removed', () => {
    const saved = createSavedFilters();
    saved.save('Slow', 'time:>1s');
    saved.save('Failed', 'is:failed');
    expect(saved.rename('Slow', 'Failed')).toBe(false);
    expect(saved.rename('Slow', 'Sluggish')).toBe(true);
    saved.remove('Failed');
    expect(saved.list.get()).toEqual([{ name: 'Sluggish', text: 'time:>1s' }]);
  });

  it('are at most 50', () => {
    const saved = createSavedFilters();
    for (let index = 0; index < 50; index++) expect(saved.save(`n${index}`, 'a')).toBe(true);
    expect(saved.save('one more', 'a')).toBe(false);
  });

  it('leave out what is none in the storage', () => {
    const kept = { name: 'Slow', text: 'time:>1s' };
    stored.set(
      'plumbline.savedFilters',
      JSON.stringify([kept, null, { name: 1 }, kept, { name: '', text: 'a' }]),
    );
    expect(createSavedFilters().list.get()).toEqual([kept]);
  });
});
