import { legFields, type LegField } from '../../../../core/filter/node.ts';
import type { Sqlite, Statement } from '../sqlite.ts';
import { blockOf, blockRows, idAt, slotOf } from './fields.ts';
import type { TextColumn } from './packed-column.ts';

/**
 * What the connections of exchanges say, a block at a time. Few filters ask, and a connection may learn who is at its
 * other end after its exchange was packed: so it is read from the rows, and the blocks asked for last are kept.
 */
export interface LegTexts {
  /** An exchange matches if it does in one of these. */
  readonly of: (block: number, field: LegField) => readonly TextColumn[];
  /** What these connections say, as the list shows it; those that say nothing are left out. At most 4,096. */
  readonly values: (connections: readonly number[], field: LegField) => ReadonlyMap<number, string>;
  readonly forget: (ids: readonly number[]) => void;
}

/** About 0.1 MB each. */
const blocksKeptMax = 64;

const names = ['way', 'device', 'processName', 'processPath', 'processId', 'via'] as const;
type Name = (typeof names)[number];
type Columns = Readonly<Record<Name, TextColumn>>;

const columnsOf: Readonly<Record<LegField, readonly Name[]>> = {
  process: ['processName', 'processPath', 'processId'],
  way: ['way'],
  device: ['device'],
  via: ['via'],
};

/** What a list shows of a field. */
const shownOf = {
  process: 'processName',
  way: 'way',
  device: 'device',
  via: 'via',
} as const satisfies Record<LegField, Name>;

export function createLegTexts(db: Sqlite): LegTexts {
  const rows = db
    .prepare(
      `SELECT e.id, c.way, c.device, c.processName, c.processPath, c.processId, s.via FROM exchanges AS e
       LEFT JOIN conversations AS c ON c.id = e.clientConversation
       LEFT JOIN conversations AS s ON s.id = e.serverConversation
       WHERE e.id BETWEEN ? AND ?`,
    )
    .raw();
  const ofConnections = Object.fromEntries(
    legFields.map((field) => [
      field,
      db
        .prepare(
          `SELECT id, ${shownOf[field]} FROM conversations WHERE id IN (SELECT value FROM json_each(?))`,
        )
        .raw(),
    ]),
  ) as Record<LegField, Statement>;
  const kept = new Map<number, Columns>();

  function read(block: number): Columns {
    const growing = names.map(() => ({
      texts: [] as string[],
      codes: new Uint16Array(blockRows),
      known: new Map<string, number>(),
    }));
    for (const row of rows.iterate(idAt(block, 0), idAt(block, blockRows - 1)) as Iterable<unknown[]>) {
      const slot = slotOf(row[0] as number);
      growing.forEach(({ texts, codes, known }, at) => {
        const value = row[at + 1];
        if (typeof value !== 'string' && typeof value !== 'number') return;
        const text = String(value);
        const code = known.get(text) ?? texts.push(text);
        known.set(text, code);
        codes[slot] = code;
      });
    }
    return Object.fromEntries(names.map((name, at) => [name, growing[at]])) as unknown as Columns;
  }

  return {
    of: (block, field) => {
      const columns = kept.get(block) ?? read(block);
      kept.delete(block);
      kept.set(block, columns);
      const oldest = kept.keys().next().value;
      if (kept.size > blocksKeptMax && oldest !== undefined) kept.delete(oldest);
      return columnsOf[field].map((name) => columns[name]);
    },
    values: (connections, field) => {
      const found = new Map<number, string>();
      const rows = ofConnections[field].iterate(JSON.stringify(connections)) as Iterable<unknown[]>;
      for (const [id, value] of rows) if (typeof value === 'string') found.set(id as number, value);
      return found;
    },
    forget: (ids) => {
      if (kept.size > 0) for (const id of ids) kept.delete(blockOf(id));
    },
  };
}
