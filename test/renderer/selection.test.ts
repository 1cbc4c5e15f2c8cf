import { describe, expect, it, vi } from 'vitest';
import type { ExchangeView, ExchangeViewState } from '../../renderer/state/exchange-view.ts';
import { chosenCount, createSelection, isChosen } from '../../renderer/state/selection.ts';
import { createStore } from '../../renderer/state/store.ts';
import { orderOfArrival } from '../../core/model/list-columns.ts';
import { listedExchange } from '../support/records.ts';
import { patienceMs } from '../support/patience.ts';

const shown: ExchangeViewState = {
  ...{
    filter: '',
    narrowing: '',
    sort: orderOfArrival,
    count: 100,
    isNarrowed: false,
    progress: null,
    loaded: true,
  },
  ...{ headers: [], generation: 1, moved: 0, version: 1 },
};

/** A list of the exchanges 1 … 100. */
function listOfHundred() {
  const state = createStore(shown);
  const view: ExchangeView = {
    state,
    calmCount: createStore(shown.count),
    row: (index) => listedExchange({ id: index + 1 }),
    position: (id) => Promise.resolve(id - 1),
    ask: () => Promise.resolve(null),
    setFilter: () => undefined,
    setNarrowing: () => undefined,
    setSort: () => undefined,
    setHeaders: () => undefined,
    look: () => undefined,
    need: () => undefined,
    setLooking: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    onChanged: () => () => undefined,
  };
  const said: string[] = [];
  return { state, said, selection: createSelection(view, (text) => said.push(text)) };
}

describe('the selection', () => {
  it('is one exchange, or several picked one by one', () => {
    const { selection } = listOfHundred();
    selection.select(5, 4);
    selection.toggle(9, 8);
    selection.toggle(5, 4);
    expect([...(selection.chosen.get().ids ?? [])]).toEqual([9]);
    expect(selection.state.get()).toEqual({ id: 5, index: 4 });
  });

  it('is a range from the last plain pick, in either direction', async () => {
    const { selection } = listOfHundred();
    selection.select(50, 49);
    selection.extend(52, 51);
    await vi.waitFor(() => expect([...(selection.chosen.get().ids ?? [])]).toEqual([50, 51, 52]), patienceMs);
    selection.extend(48, 47);
    await vi.waitFor(() => expect([...(selection.chosen.get().ids ?? [])]).toEqual([48, 49, 50]), patienceMs);
  });

  it('can be all rows without naming one, until other rows are shown', () => {
    const { selection, state } = listOfHundred();
    selection.select(5, 4);
    selection.selectAll();
    expect(isChosen(selection.chosen.get(), 77)).toBe(true);
    expect(chosenCount(selection.chosen.get(), 1_000_000)).toBe(1_000_000);
    state.set({ ...shown, generation: 2 });
    expect([...(selection.chosen.get().ids ?? [])]).toEqual([5]);
  });
});
