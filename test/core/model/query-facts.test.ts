import { describe, expect, it } from 'vitest';
import { readQueryFacts, type QueryFacts } from '../../../core/model/query-facts.ts';

const known: QueryFacts = {
  statement: 'select $1',
  parameters: ['1', null],
  preview: { columns: ['a'], rows: [['1'], [null]] },
  facts: [['notice', 'slow']],
};

describe('what a session file says of a question', () => {
  it('is read as it was written', () => {
    for (const facts of [known, { ...known, preview: null, parameters: [], facts: [] }])
      expect(readQueryFacts(JSON.stringify(facts))).toEqual(facts);
  });

  it('is nothing where anybody wrote anything else', () => {
    const { preview } = known;
    const others: readonly unknown[] = [
      ...[null, 1, 'text', [], {}],
      ...[
        { ...known, statement: 1 },
        { ...known, parameters: [1] },
        { ...known, facts: [[1, 2]] },
      ],
      ...[
        { ...known, facts: null },
        { ...known, preview: 'rows' },
        { ...known, preview: undefined },
      ],
      ...[
        { ...known, preview: { ...preview, rows: [[{}]] } },
        { ...known, preview: { ...preview, columns: [null] } },
      ],
    ];
    for (const other of others)
      expect(readQueryFacts(JSON.stringify(other)), JSON.stringify(other)).toBeNull();
    expect(readQueryFacts('{')).toBeNull();
  });
});
