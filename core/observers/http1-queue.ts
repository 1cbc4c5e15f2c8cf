/** Items taken from the front before the array is shortened. */
const FORGET_AT = 1024;

/** First in, first out; constant time on average however long it is. */
export interface Queue<Item> {
  readonly push: (item: Item) => void;
  readonly shift: () => Item | undefined;
  readonly first: () => Item | undefined;
  readonly length: () => number;
}

export function createQueue<Item>(): Queue<Item> {
  const items: Item[] = [];
  let taken = 0;

  function shift(): Item | undefined {
    const item = items[taken];
    if (item === undefined) return undefined;
    taken += 1;
    if (taken === items.length) {
      items.length = 0;
      taken = 0;
    } else if (taken === FORGET_AT) {
      items.splice(0, taken);
      taken = 0;
    }
    return item;
  }

  return {
    push: (item) => void items.push(item),
    shift,
    first: () => items[taken],
    length: () => items.length - taken,
  };
}
