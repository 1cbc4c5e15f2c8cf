import type { TextMatch } from '../../../../core/filter/node.ts';
import { blockRows, idAt } from '../columns/fields.ts';
import type { Sqlite } from '../sqlite.ts';
import {
  chunksPerGroup,
  rowBytes,
  rowsPerPiece,
  unpackOwners,
  unpackPiece,
  type Owner,
  type Owners,
} from './group-format.ts';
import { wantedBits, type WantedBit } from './signature.ts';

/** What the index says of an exchange's bodies: nothing, that they lack the text, that they may have it, that it cannot know. */
export const told = { nothing: 0, absent: 1, candidate: 2, passed: 3 } as const;

/** Where a text may be: a byte a slot of the block, as in `told`. */
export type BodySearch = (block: number) => Uint8Array;

/**
 * Looks texts up in the signatures of bodies. It only ever narrows: exchanges that no intact group covers, and those
 * that changed after they were indexed, are told `nothing` of.
 */
export interface BodyIndex {
  /** Null when the index cannot help with such a search. */
  readonly search: (match: TextMatch) => BodySearch | null;
}

/** Looked-up groups that a search keeps: neighbouring blocks share them. */
const keptMax = 4;
/** Groups looked at for one block; a forged file may name more, and these are as if they were not there. */
const groupsPerBlockMax = 4096;

interface Found {
  readonly owners: readonly Owner[];
  /** A bit a chunk. */
  readonly chunks: Uint8Array;
}

export function createBodyIndex(db: Sqlite): BodyIndex {
  const groupsOf = db
    .prepare(`SELECT id, built FROM body_groups WHERE toId >= ? AND fromId <= ? LIMIT ${groupsPerBlockMax}`)
    .raw();
  const ownersOf = db.prepare('SELECT packed FROM body_groups WHERE id = ?').pluck();
  const pieceOf = db.prepare('SELECT packed FROM body_signatures WHERE id = ?').pluck();
  const changedIn = db
    .prepare('SELECT exchangeId FROM body_changed WHERE exchangeId BETWEEN ? AND ?')
    .pluck();

  /** The chunks that have all wanted bits; null when a piece is damaged. */
  function chunksWith(group: number, owners: Owners, wanted: readonly WantedBit[]): Uint8Array | null {
    const chunks = new Uint8Array(rowBytes).fill(255);
    let piece = -1;
    let rows: Uint8Array | null = null;
    for (const { bit, plain } of wanted) {
      if (Math.floor(bit / rowsPerPiece) !== piece) {
        piece = Math.floor(bit / rowsPerPiece);
        rows = unpackPiece(owners.series, pieceOf.get(group * 256 + piece));
      }
      if (rows === null) return null;
      const from = (bit % rowsPerPiece) * rowBytes;
      let any = 0;
      for (let at = 0; at < rowBytes; at++) {
        const row = (rows[from + at] as number) | (plain ? 0 : (owners.plainOnly[at] as number));
        any |= chunks[at] = (chunks[at] as number) & row;
      }
      if (any === 0) break;
    }
    return chunks;
  }

  function look(group: number, wanted: readonly WantedBit[]): Found | null {
    const owners = unpackOwners(ownersOf.get(group));
    const chunks = owners === null ? null : chunksWith(group, owners, wanted);
    return owners === null || chunks === null ? null : { owners: owners.list, chunks };
  }

  return {
    search: ({ how, text }) => {
      const wanted = how === 'contains' ? wantedBits(text) : null;
      if (wanted === null) return null;
      wanted.sort((a, b) => a.bit - b.bit);
      const kept = new Map<string, Found | null>();

      function found(group: number, built: number): Found | null {
        const key = `${group} ${built}`;
        const known = kept.get(key);
        if (known !== undefined) return known;
        const made = look(group, wanted as readonly WantedBit[]);
        kept.set(key, made);
        for (const oldest of kept.keys()) {
          if (kept.size <= keptMax) break;
          kept.delete(oldest);
        }
        return made;
      }

      return (block) => {
        const first = idAt(block, 0);
        const last = idAt(block, blockRows - 1);
        const says = new Uint8Array(blockRows);
        for (const [group, built] of groupsOf.all(first, last) as [number, number][]) {
          const inGroup = found(group, built);
          if (inGroup === null) continue;
          for (const owner of inGroup.owners) {
            if (owner.id < first || owner.id > last) continue;
            const before = says[owner.id - first] as number;
            says[owner.id - first] = Math.max(before, saysOf(owner, inGroup.chunks));
          }
        }
        for (const id of changedIn.all(first, last) as number[]) says[id - first] = told.nothing;
        return says;
      };
    },
  };
}

function saysOf(owner: Owner, chunks: Uint8Array): number {
  switch (owner.kind) {
    case 'covered':
      return hasAny(chunks, owner.first, owner.last) ? told.candidate : told.absent;
    case 'passed':
      return told.passed;
    case 'partly':
      return told.nothing;
    default:
      return owner satisfies never;
  }
}

function hasAny(chunks: Uint8Array, first: number, last: number): boolean {
  for (let chunk = first; chunk <= last && chunk < chunksPerGroup; chunk++) {
    if (((chunks[chunk >> 3] as number) & (1 << (chunk & 7))) !== 0) return true;
  }
  return false;
}
