import { protocolName } from '../../../../core/packets/protocol-codes.ts';
import type { Sqlite } from '../../session/sqlite.ts';
import { createLeftBytes, type LeftIn } from '../../session/left-bytes.ts';
import { blockFrameBytes, endBit, readColumns, type PacketColumns } from '../block-format.ts';
import type { PacketInterfaceRecord } from '../packet-batch.ts';

/** Blocks whose columns, and whose frames, are held in memory: 16 MiB and 32 MiB. */
const columnsKept = 64;
const framesKept = 32;

/** Where a packet is. */
export interface PacketPlace {
  readonly block: number;
  readonly index: number;
}

/** The packets of one session file, as far as they are committed. Numbers are those of packets, from 1. */
export interface PacketFile {
  /** Looks for what was committed since; true when there is more. */
  readonly refresh: () => boolean;
  readonly count: () => number;
  readonly blockCount: () => number;
  readonly firstNumber: (block: number) => number;
  readonly place: (number: number) => PacketPlace | null;
  /** Null where the file is damaged. */
  readonly columns: (block: number) => PacketColumns | null;
  /** The bytes that were captured; valid until frames of many other blocks are read. Empty where the file is damaged. */
  readonly frame: (place: PacketPlace) => Uint8Array;
  readonly interfaceOf: (id: number) => PacketInterfaceRecord | null;
  readonly interfaces: () => readonly PacketInterfaceRecord[];
}

interface Block {
  readonly id: number;
  readonly firstNumber: number;
  readonly count: number;
  readonly slabId: number;
}

/** `capture`: as for `createSlabs`. */
export function createPacketFile(db: Sqlite, capture: LeftIn | null = null): PacketFile {
  const moreBlocks = db
    .prepare('SELECT id, firstNumber, count, slabId FROM packet_blocks WHERE id > ? ORDER BY id')
    .raw();
  const columnsOf = db.prepare('SELECT columns FROM packet_blocks WHERE id = ?').pluck();
  const slabOf = db.prepare('SELECT bytes FROM slabs WHERE id = ?').pluck();
  const allInterfaces = db.prepare('SELECT * FROM packet_interfaces ORDER BY id');
  const blocks: Block[] = [];
  const columnsCache = new Map<number, PacketColumns | null>();
  const frameCache = new Map<number, Uint8Array>();
  const left = createLeftBytes(capture);
  let interfaces = new Map<number, PacketInterfaceRecord>();
  let total = 0;

  function kept<V>(cache: Map<number, V>, key: number, max: number, read: () => V): V {
    const found = cache.get(key);
    const value = found === undefined ? read() : found;
    cache.delete(key);
    cache.set(key, value);
    for (const oldest of cache.keys()) {
      if (cache.size <= max) break;
      cache.delete(oldest);
    }
    return value;
  }

  function readBlock(block: number): PacketColumns | null {
    const stored = columnsOf.get(blocks[block]?.id ?? -1);
    const columns = stored instanceof Uint8Array ? readColumns(stored) : null;
    return columns?.count === blocks[block]?.count ? columns : null;
  }

  const columnsAt = (block: number): PacketColumns | null =>
    kept(columnsCache, block, columnsKept, () => readBlock(block));

  return {
    refresh: () => {
      const rows = moreBlocks.all(blocks.at(-1)?.id ?? 0) as [number, number, number, number][];
      for (const [id, firstNumber, count, slabId] of rows) {
        // A forged file may number as it likes; what does not follow is not there.
        if (firstNumber !== total + 1 || !Number.isInteger(count) || !(count > 0 && count <= 0xffff))
          continue;
        blocks.push({ id, firstNumber, count, slabId });
        total = firstNumber + count - 1;
      }
      if (rows.length > 0 || interfaces.size === 0) {
        const records = allInterfaces.all() as PacketInterfaceRecord[];
        interfaces = new Map(records.map((record) => [record.id, record]));
      }
      return rows.length > 0;
    },
    count: () => total,
    blockCount: () => blocks.length,
    firstNumber: (block) => blocks[block]?.firstNumber ?? total + 1,
    place: (number) => {
      if (!(number >= 1 && number <= total)) return null;
      let low = 0;
      let high = blocks.length;
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if ((blocks[middle] as Block).firstNumber <= number) low = middle;
        else high = middle;
      }
      return { block: low, index: number - (blocks[low] as Block).firstNumber };
    },
    columns: columnsAt,
    frame: ({ block, index }) => {
      const found = columnsAt(block);
      if (found === null) return nothing;
      const bytes = kept(frameCache, block, framesKept, () => {
        const stored = slabOf.get(blocks[block]?.slabId ?? -1);
        if (typeof stored === 'number') return left(stored, slabBytes(found)) ?? nothing;
        return stored instanceof Uint8Array ? stored : nothing;
      });
      const from = found.offsets[index] as number;
      return bytes.subarray(from, from + (found.captured[index] as number));
    },
    interfaceOf: (id) => interfaces.get(id) ?? null,
    interfaces: () => [...interfaces.values()],
  };
}

const nothing = new Uint8Array(0);

/** Of a slab whose frames lie in their order. */
function slabBytes({ count, offsets, captured }: PacketColumns): number {
  return Math.min(blockFrameBytes, (offsets[count - 1] ?? 0) + (captured[count - 1] ?? 0));
}

/** Whether end b sent it. */
export function isFromB(columns: PacketColumns, index: number): boolean {
  return (columns.troubles[index] as number) >= endBit;
}

/** `packetTroubles` without the mark of the end. */
export function troublesOf(columns: PacketColumns, index: number): number {
  return (columns.troubles[index] as number) & ~endBit;
}

export function protocolOf(columns: PacketColumns, index: number): string {
  return protocolName(columns.protocols[index] as number);
}

/** µs since the epoch. */
export function timeUs(columns: PacketColumns, index: number): number {
  return (
    (columns.baseSeconds + (columns.seconds[index] as number)) * 1e6 + (columns.nanos[index] as number) / 1000
  );
}
