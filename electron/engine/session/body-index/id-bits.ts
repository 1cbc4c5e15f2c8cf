/** Remembers ids, one bit each in blocks of 4,096. */
export interface IdBits {
  readonly add: (id: number) => void;
  readonly remove: (id: number) => void;
  readonly has: (id: number) => boolean;
  /** The first id from this one on that is not remembered. */
  readonly firstMissing: (from: number) => number;
}

const blockIds = 4096;
/** 10 MiB, or 80 million ids in a row. A forged file whose ids lie far apart finds those beyond counted as there. */
const blocksMax = 20_000;

export function createIdBits(): IdBits {
  const blocks = new Map<number, Uint8Array>();
  function has(id: number): boolean {
    const block = Math.floor(id / blockIds);
    const bits = blocks.get(block);
    if (bits === undefined) return blocks.size >= blocksMax;
    const at = id - block * blockIds;
    return ((bits[at >> 3] as number) & (1 << (at & 7))) !== 0;
  }

  return {
    add: (id) => {
      const block = Math.floor(id / blockIds);
      let bits = blocks.get(block);
      if (bits === undefined) {
        if (blocks.size >= blocksMax) return;
        blocks.set(block, (bits = new Uint8Array(blockIds / 8)));
      }
      const at = id - block * blockIds;
      bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
    },
    remove: (id) => {
      const block = Math.floor(id / blockIds);
      const bits = blocks.get(block);
      const at = id - block * blockIds;
      if (bits !== undefined) bits[at >> 3] = (bits[at >> 3] as number) & ~(1 << (at & 7));
    },
    has,
    firstMissing: (from) => {
      let id = from;
      for (;;) {
        const bits = blocks.get(Math.floor(id / blockIds));
        if (bits === undefined) return id;
        const isWholeByte = id % 8 === 0 && bits[(id % blockIds) >> 3] === 255;
        if (!isWholeByte && !has(id)) return id;
        id += isWholeByte ? 8 : 1;
      }
    },
  };
}
