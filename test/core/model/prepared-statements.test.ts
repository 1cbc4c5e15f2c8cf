import { expect, it } from 'vitest';
import { PreparedStatements } from '../../../core/model/prepared-statements.ts';

const short = { words: { verb: 'SELECT', statement: 'SELECT 1', normalised: 'select ?' } };
const long = { words: { ...short.words, statement: 'x'.repeat(3 * 1024 * 1024) } };

it('a conversation remembers its newest thousand prepared statements', () => {
  const prepared = new PreparedStatements<number, typeof short>();
  for (let id = 0; id < 1001; id++) prepared.put(id, short);
  expect([prepared.get(0), prepared.get(1), prepared.get(1000)]).toEqual([null, short, short]);
});

it('long prepared statements take the place of older ones, and leave room when they are dropped or replaced', () => {
  const prepared = new PreparedStatements<string, typeof short>();
  prepared.put('one', long);
  prepared.put('one', long);
  prepared.put('two', short);
  expect(prepared.get('one')).toBe(long);
  prepared.put('three', long);
  expect([prepared.get('one'), prepared.get('two'), prepared.get('three')]).toEqual([null, short, long]);
  prepared.drop('three');
  prepared.put('four', long);
  expect([prepared.get('two'), prepared.get('four')]).toEqual([short, long]);
  prepared.clear();
  expect(prepared.get('four')).toBeNull();
});
