import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TurnQueue } from '../../../core/model/turn-queue.ts';

it('entries leave a queue in the order they came, whatever was taken and removed before', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 2000 }) }),
    fc.record({ take: fc.integer({ min: 1, max: 2000 }) }),
    fc.record({ remove: fc.nat(3), count: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = new TurnQueue<number>();
      let model: number[] = [];
      let next = 0;
      for (const each of steps) {
        if ('add' in each)
          for (let added = 0; added < each.add; added++) {
            queue.add(next);
            model.push(next++);
          }
        else if ('take' in each) {
          const taken = Array.from({ length: each.take }, () => queue.take());
          expect(taken.filter((entry) => entry !== null)).toEqual(model.slice(0, each.take));
          model = model.slice(each.take);
        } else {
          queue.remove(each.remove, each.count);
          model.splice(each.remove, each.count);
        }
        expect(queue.size()).toBe(model.length);
        expect([queue.at(0), queue.at(1)]).toEqual([model[0] ?? null, model[1] ?? null]);
      }
    }),
  );
});
