import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaced, restored, without } from '../../renderer/format/edit-list.ts';

const entry = fc.record({ host: fc.constantFrom('a', 'b', 'c') });
const lists = fc.array(entry, { maxLength: 6 });

describe('a list that is edited while it may have changed', () => {
  it('loses the first equal entry, and gets it back where it stood', () => {
    fc.assert(
      fc.property(lists, fc.nat(5), (list, at) => {
        const chosen = list[at];
        if (chosen === undefined) return;
        const index = list.findIndex(({ host }) => host === chosen.host);
        const left = without(list, { ...chosen });
        expect(left).toEqual([...list.slice(0, index), ...list.slice(index + 1)]);
        const isLeft = left.some(({ host }) => host === chosen.host);
        expect(restored(left, chosen, index)).toEqual(isLeft ? left : list);
      }),
    );
  });

  it('has another entry in place of an equal one, or at its end', () => {
    const list = [{ host: 'a' }, { host: 'b' }];
    expect(replaced(list, { host: 'a' }, { host: 'x' })).toEqual([{ host: 'x' }, { host: 'b' }]);
    expect(replaced(list, { host: 'gone' }, { host: 'x' })).toEqual([...list, { host: 'x' }]);
    expect(without(list, { host: 'gone' })).toEqual(list);
  });
});
