import type { Tone } from '../format/tone.ts';
import type { Result } from '../../core/model/result.ts';
import { createStore, type Store } from './store.ts';

export interface Notice {
  readonly id: number;
  readonly text: string;
  /** What can be done about it; doing it dismisses the line. */
  readonly action: NoticeAction | null;
  readonly tone: Tone;
  /** Further lines, shown when they are asked for. */
  readonly details: readonly string[];
  /** What there is to take along, and what it is called. */
  readonly copy: { readonly text: string; readonly what: string } | null;
}

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Notices {
  readonly list: Store<readonly Notice[]>;
  /** With an action it is no trouble, only told: the line before with an action gives way to it. */
  readonly say: (text: string, action?: NoticeAction) => void;
  /** The outcome of something long: its own tone, what can be copied, and what stands behind “Details”. */
  readonly tell: (told: Pick<Notice, 'text' | 'tone' | 'details' | 'copy'>) => void;
  readonly dismiss: (id: number) => void;
  /** The value of an operation, or null after its failure was said. A lost engine says so elsewhere. */
  readonly check: <T>(result: Result<T>) => T | null;
}

/** More lines than this push the oldest out. */
const noticesMax = 3;

export function createNotices(): Notices {
  const list = createStore<readonly Notice[]>([]);
  let lastId = 0;
  type Told = Omit<Notice, 'id'>;
  const put = (others: readonly Notice[], told: Told) =>
    list.set([...others, { id: ++lastId, ...told }].slice(-noticesMax));
  const say = (text: string, action?: NoticeAction) => {
    const others = action === undefined ? list.get() : list.get().filter((notice) => notice.action === null);
    if (others.some((notice) => notice.text === text)) return;
    const told: Told =
      action === undefined
        ? { text, action: null, tone: 'warning', details: [], copy: null }
        : { text, action, tone: 'note', details: [], copy: null };
    put(others, told);
  };
  return {
    list,
    say,
    tell: (told) => put(list.get(), { ...told, action: null }),
    dismiss: (id) => list.set(list.get().filter((notice) => notice.id !== id)),
    check: (result) => {
      if (result.ok) return result.value;
      if (result.error.code !== 'engine-gone') say(result.error.message);
      return null;
    },
  };
}
