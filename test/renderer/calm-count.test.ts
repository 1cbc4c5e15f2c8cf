import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCalmCount } from '../../renderer/state/calm-count.ts';
import { createStore } from '../../renderer/state/store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counted() {
  const state = createStore({ count: 0, generation: 1 });
  const calm = createCalmCount(state, 500);
  const told: number[] = [];
  calm.subscribe(() => told.push(calm.get()));
  return { state, told };
}

describe('the count that is shown', () => {
  it('is told at most once in the time given while rows arrive, and in the end as it is', () => {
    const { state, told } = counted();
    for (let count = 1; count <= 20; count++) {
      state.set({ count, generation: 1 });
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(500);
    expect(told).toEqual([1, 10, 20]);
  });

  it('is told at once when other rows are shown, and when none are left', () => {
    const { state, told } = counted();
    state.set({ count: 5, generation: 1 });
    state.set({ count: 7, generation: 2 });
    state.set({ count: 0, generation: 2 });
    expect(told).toEqual([5, 7, 0]);
  });
});
