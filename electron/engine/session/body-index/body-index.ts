import type { TextMatch } from '../../../../core/filter/node.ts';
import { blockOf, blockRows, idAt, slotOf } from '../columns/fields.ts';
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

/** Groups looked up for one block; a forged file may name more, and these are as if they were not there. */
const groupsPerBlockMax = 4096;
/** Blocks that one search keeps, 4 KiB each; of exchanges in others nothing is told. */
const blocksMax = 20_000;

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
      /** What the groups looked up so far say, by block: a group may reach over many. */
      const blocks = new Map<number, Uint8Array>();
      const lookedUp = new Set<string>();

      function blockSays(block: number): Uint8Array | null {
        const known = blocks.get(block);
        if (known !== undefined || blocks.size >= blocksMax) return known ?? null;
        const made = new Uint8Array(blockRows);
        blocks.set(block, made);
        return made;
      }

      function lookUp(group: number): void {
        const found = look(group, wanted as readonly WantedBit[]);
        if (found === null) return;
        for (const owner of found.owners) {
          if (owner.kind === 'partly') continue;
          const says = blockSays(blockOf(owner.id));
          const slot = slotOf(owner.id);
          if (says !== null) says[slot] = Math.max(says[slot] as number, saysOf(owner, found.chunks));
        }
      }

      return (block) => {
        const first = idAt(block, 0);
        const last = idAt(block, blockRows - 1);
        for (const [group, built] of groupsOf.all(first, last) as [number, unknown][]) {
          const key = `${group} ${String(built)}`;
          if (lookedUp.has(key)) continue;
          lookedUp.add(key);
          lookUp(group);
        }
        const says = blocks.get(block)?.slice() ?? new Uint8Array(blockRows);
        for (const id of changedIn.all(first, last) as number[]) says[slotOf(id)] = told.nothing;
        return says;
      };
    },
  };
}

function saysOf(owner: Exclude<Owner, { kind: 'partly' }>, chunks: Uint8Array): number {
  if (owner.kind === 'passed') return told.passed;
  return hasAny(chunks, owner.first, owner.last) ? told.candidate : told.absent;
}

function hasAny(chunks: Uint8Array, first: number, last: number): boolean {
  for (let chunk = first; chunk <= last && chunk < chunksPerGroup; chunk++) {
    if (((chunks[chunk >> 3] as number) & (1 << (chunk & 7))) !== 0) return true;
  }
  return false;
}
