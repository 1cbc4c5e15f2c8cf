import { randomInt } from 'node:crypto';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import type { BodyReader } from '../body-pages.ts';
import type { Sqlite } from '../sqlite.ts';
import { createGroupBuilder, type GroupBuilder } from './group-builder.ts';
import {
  chunksPerGroup,
  packOwners,
  packPiece,
  piecesPerGroup,
  readOwners,
  type Owner,
} from './group-format.ts';
import { createIdBits } from './id-bits.ts';
import type { IndexProgress, StoredPart } from './indexer-messages.ts';

/** Exchanges asked for in one statement. */
const idsPerQuestion = 200;
/** Decoded bytes of one page. */
const pageBytes = 262_144;
/** Pieces handed over at once: at most 1 MiB. */
const piecesAtOnce = 32;
/** Exchanges that were still open when they were come by, and are asked about again. */
const waitingMax = 100_000;
/** A last group of less than this is made anew, with more in it, once more comes after the file was opened again. */
const smallGroupChunks = chunksPerGroup / 2;
/** A forged number beyond is passed over, so that numbers of pieces stay exact. */
const groupMax = 2 ** 40;
const sides: readonly BodySide[] = ['request', 'response'];

export interface IndexBuilderOptions {
  readonly db: Sqlite;
  readonly readBody: BodyReader;
  /** Resolves with false when it could not be stored. */
  readonly store: (part: StoredPart) => Promise<boolean>;
  /** Called often: waits as the load of the machine asks for. False: stop. */
  readonly breathe: () => Promise<boolean>;
}

/** Reads the bodies of ended exchanges in the order of their ids and makes groups of them. */
export interface IndexBuilder {
  /** Goes on until every ended exchange is in a group; false when it was stopped. Groups that are full are stored. */
  readonly catchUp: () => Promise<boolean>;
  /** Stores the group that is not full yet; it goes on growing. False as above. */
  readonly flush: () => Promise<boolean>;
  /** By ids. */
  readonly progress: () => IndexProgress;
}

export function createIndexBuilder({ db, readBody, store, breathe }: IndexBuilderOptions): IndexBuilder {
  const next = db
    .prepare(`SELECT id, state FROM exchanges WHERE id > ? ORDER BY id LIMIT ${idsPerQuestion}`)
    .raw();
  const stateOf = db.prepare('SELECT state FROM exchanges WHERE id = ?').pluck();
  const lastId = db.prepare('SELECT ifnull(max(id), 0) FROM exchanges').pluck();
  const bytesOf = db
    .prepare(
      'SELECT ifnull(sum(requestBytes), 0), ifnull(sum(responseBytes), 0) FROM pieces WHERE exchangeId = ?',
    )
    .raw();
  const ownersOf = db.prepare('SELECT packed FROM body_groups WHERE id = ?').pluck();
  const seen = createIdBits();
  const waiting = new Set<number>();
  let cursor = 0;
  let { group, small } = resume();
  /** The group that the one being made takes the place of. */
  let replaces: number | null = null;
  let builder: GroupBuilder | null = null;
  let isUnstored = false;

  /** Takes in what earlier runs have indexed. `small`: the last group, if there is room for more in it. */
  function resume(): { group: number; small: number | null } {
    const groups = db
      .prepare('SELECT id FROM body_groups WHERE id BETWEEN 1 AND ? ORDER BY id')
      .pluck()
      .all(groupMax) as number[];
    const last = groups.at(-1) ?? 0;
    let hasRoom = false;
    for (const id of groups) {
      const owners = readOwners(ownersOf.get(id));
      if (owners?.forEach(() => undefined) !== true) continue;
      owners.forEach((owner, kind) => {
        if (kind !== 'partly') seen.add(owner);
      });
      hasRoom = id === last && owners.chunks < smallGroupChunks;
    }
    return { group: last + 1, small: hasRoom ? last : null };
  }

  /** What is in the small group is indexed again, with what follows. */
  function takeApart(id: number): void {
    readOwners(ownersOf.get(id))?.forEach((owner) => {
      seen.remove(owner);
      cursor = Math.min(cursor, owner - 1);
    });
    replaces = id;
    small = null;
  }

  /** False when stopped. `kind` null: the group has no room for it. */
  async function addBodies(into: GroupBuilder, id: number): Promise<{ kind: Owner['kind'] | null } | false> {
    const bytes = bytesOf.get(id) as [number, number];
    for (const [index, side] of sides.entries()) {
      if (bytes[index] === 0) continue;
      into.begin();
      for (let from = 0; ;) {
        const page = await readBody(id, side, true, from, pageBytes);
        if (!(await breathe())) return false;
        if (!page.ok) break;
        if (!into.append(page.value.bytes)) return { kind: null };
        from += page.value.bytes.length;
        if (page.value.done || page.value.bytes.length === 0) break;
      }
      into.end();
    }
    return { kind: 'covered' };
  }

  /** False when stopped. */
  async function index(id: number): Promise<boolean> {
    for (;;) {
      const isFresh = builder === null || builder.isEmpty();
      builder ??= createGroupBuilder(randomInt(2 ** 32));
      let added: { kind: Owner['kind'] | null } | false;
      try {
        added = await addBodies(builder, id);
      } catch {
        // The file is damaged here: searching comes upon it itself.
        added = { kind: isFresh ? null : 'passed' };
        builder.end();
      }
      if (added === false) return false;
      if (added.kind !== null) {
        builder.close(id, added.kind);
        break;
      }
      if (isFresh) {
        builder = createGroupBuilder(randomInt(2 ** 32));
        builder.close(id, 'passed');
        break;
      }
      builder.close(id, 'partly');
      if (!(await finish())) return false;
    }
    isUnstored = true;
    return !builder.isFull() || (await finish());
  }

  async function finish(): Promise<boolean> {
    const isStored = await storeGroup();
    builder = null;
    group += 1;
    return isStored;
  }

  async function storeGroup(): Promise<boolean> {
    if (builder === null) return true;
    const owners = builder.owners();
    for (let first = 0; first < piecesPerGroup; first += piecesAtOnce) {
      const pieces: Uint8Array[] = [];
      for (let piece = first; piece < first + piecesAtOnce; piece++) {
        pieces.push(packPiece(owners.series, builder.piece(piece)));
        if (!(await breathe())) return false;
      }
      if (!(await store({ kind: 'pieces', group, first, pieces }))) return false;
    }
    let fromId = Infinity;
    let toId = 0;
    for (const { id } of owners.list) {
      fromId = Math.min(fromId, id);
      toId = Math.max(toId, id);
    }
    if (!(await store({ kind: 'group', group, fromId, toId, owners: packOwners(owners), replaces })))
      return false;
    replaces = null;
    isUnstored = false;
    return true;
  }

  async function indexEnded(): Promise<boolean> {
    for (const id of waiting) {
      const state = stateOf.get(id);
      if (state === 'open') continue;
      if (small !== null) takeApart(small);
      waiting.delete(id);
      // The scan that follows comes by it.
      if (id > cursor) continue;
      if (state !== undefined && !(await index(id))) return false;
    }
    return true;
  }

  return {
    catchUp: async () => {
      if (!(await indexEnded())) return false;
      for (;;) {
        // Past what earlier runs have indexed, without reading its rows.
        cursor = seen.firstMissing(cursor + 1) - 1;
        const rows = next.all(cursor) as [number, string][];
        if (rows.length === 0) return true;
        for (const [id, state] of rows) {
          if (!seen.has(id)) {
            if (state !== 'open' && small !== null) {
              takeApart(small);
              break;
            }
            if (state !== 'open') {
              if (!(await index(id))) return false;
            } else if (waiting.size < waitingMax) waiting.add(id);
          }
          cursor = id;
        }
        if (!(await breathe())) return false;
      }
    },
    flush: async () => !isUnstored || (await storeGroup()),
    progress: () => ({ done: cursor, total: Math.max(cursor, lastId.get() as number) }),
  };
}
