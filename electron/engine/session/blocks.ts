/** Capacity of a block; slabs of body bytes are blocks. */
export const blockBytes = 262_144;

/** Bytes on their way to the writer thread. The buffer is transferred there and, if of the usual size, comes back. */
export interface Block {
  readonly buffer: ArrayBuffer;
  readonly usedBytes: number;
}

/** A block being filled: write from `usedBytes` on, then move `usedBytes`. */
export interface OpenBlock {
  readonly bytes: Buffer;
  readonly view: DataView;
  usedBytes: number;
}

/** Keeps at most `keptMax` blocks that came back; others are left to the garbage collector. */
export interface BlockPool {
  readonly open: () => OpenBlock;
  readonly giveBack: (buffer: ArrayBuffer) => void;
  /** Keeps no more than `count` of them. */
  readonly trim: (count: number) => void;
}

export function createBlockPool(keptMax: number): BlockPool {
  const kept: ArrayBuffer[] = [];
  return {
    open: () => openBlock(kept.pop() ?? new ArrayBuffer(blockBytes)),
    giveBack: (buffer) => {
      if (buffer.byteLength === blockBytes && kept.length < keptMax) kept.push(buffer);
    },
    trim: (count) => {
      kept.length = Math.min(kept.length, count);
    },
  };
}

function openBlock(buffer: ArrayBuffer): OpenBlock {
  return { bytes: Buffer.from(buffer), view: new DataView(buffer), usedBytes: 0 };
}

/** Entries that each lie whole within one block. */
export interface BlockList {
  /** The block to write the next entry of at most `bytes` bytes into; a larger one than usual if it must be. */
  readonly room: (bytes: number) => OpenBlock;
  /** The filled blocks, given away; the list is empty afterwards. */
  readonly take: () => Block[];
}

export function createBlockList(pool: BlockPool): BlockList {
  let filled: Block[] = [];
  let current: OpenBlock | null = null;

  function seal(): void {
    if (current !== null && current.usedBytes > 0) filled.push(sealed(current));
    else if (current !== null) pool.giveBack(current.view.buffer as ArrayBuffer);
    current = null;
  }

  return {
    room: (bytes) => {
      if (current !== null && current.usedBytes + bytes <= current.bytes.length) return current;
      seal();
      current = bytes <= blockBytes ? pool.open() : openBlock(new ArrayBuffer(bytes));
      return current;
    },
    take: () => {
      seal();
      const blocks = filled;
      filled = [];
      return blocks;
    },
  };
}

export function sealed(block: OpenBlock): Block {
  return { buffer: block.view.buffer as ArrayBuffer, usedBytes: block.usedBytes };
}
