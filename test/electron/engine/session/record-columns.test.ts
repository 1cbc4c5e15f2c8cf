import { expect, it } from 'vitest';
import {
  columnList,
  conversationColumns,
  exchangeColumns,
} from '../../../../electron/engine/session/record-columns.ts';

it.each([
  ['exchanges', columnList(exchangeColumns)],
  ['conversations', columnList(conversationColumns)],
] as const)('reads every column of %s from the field of its name', (_, columns) => {
  const nameOfField = new Proxy({}, { get: (_target, field) => field });
  for (const { name, of } of columns) expect((of as (record: object) => unknown)(nameOfField)).toBe(name);
});
