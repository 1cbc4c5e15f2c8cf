import { createStore, type Store } from './store.ts';

export interface EncodeBox {
  /** What was put in when it was opened last; null while it is closed. */
  readonly input: Store<string | null>;
  readonly open: (text: string) => void;
  readonly close: () => void;
}

/** The box that encodes and decodes: opened from anywhere with a text. */
export function createEncodeBox(): EncodeBox {
  const input = createStore<string | null>(null);
  return { input, open: (text) => input.set(text), close: () => input.set(null) };
}
