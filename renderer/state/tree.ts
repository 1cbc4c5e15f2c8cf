import type { Branch } from '../../core/contract/exchanges.ts';
import { narrowingText, type BranchPath } from '../format/branch-filter.ts';
import type { Connection } from './connection.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { Layout } from './layout.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

/** What stands below one branch. */
export interface Branches {
  readonly list: readonly Branch[];
  /** Branches beyond those that are listed. */
  readonly more: number;
}

export interface TreeState {
  /** By the key of the way down (`branchKey`); those of the root under the key of no way. */
  readonly branches: ReadonlyMap<string, Branches>;
  readonly open: ReadonlySet<string>;
  readonly focused: BranchPath | null;
  readonly hidden: readonly BranchPath[];
}

/** Hosts or applications, and below a host its paths; what the list is narrowed to. */
export interface Tree {
  readonly state: Store<TreeState>;
  readonly setOpen: (under: readonly string[], isOpen: boolean) => void;
  /** Only this branch is listed; null for all. */
  readonly focus: (path: BranchPath | null) => void;
  readonly hide: (path: BranchPath) => void;
  readonly showAgain: (path: BranchPath) => void;
  readonly showAll: () => void;
}

const refreshMs = 1000;
/** Branches opened at once. */
const openMax = 200;

export function branchKey(under: readonly string[]): string {
  return JSON.stringify(under);
}

/** Asked for only while the tree is shown, and again at most once a second while something changes. */
export function createTree(
  connection: Connection,
  view: ExchangeView,
  session: Pick<Session, 'shownId'>,
  layout: Pick<Layout, 'treeOpen' | 'treeBy'>,
): Tree {
  const empty: TreeState = { branches: new Map(), open: new Set(), focused: null, hidden: [] };
  const state = createStore<TreeState>(empty);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isLoading = false;
  let isOld = false;

  const load = async (under: readonly string[]) => {
    const client = connection.client();
    const sessionId = session.shownId.get();
    if (client === null || sessionId === null) return;
    const by = layout.treeBy.get();
    const { filter } = view.state.get();
    const answer = await client.services.exchanges.branches({ sessionId, filter, by, under: [...under] });
    if (!answer.ok || by !== layout.treeBy.get()) return;
    const branches = new Map(state.get().branches);
    branches.set(branchKey(under), { list: answer.value.branches, more: answer.value.more });
    state.set({ ...state.get(), branches });
  };
  const loadAll = async () => {
    await load([]);
    for (const key of state.get().open) await load(JSON.parse(key) as string[]);
  };
  const soon = (afterMs: number) => {
    if (!layout.treeOpen.get()) return;
    if (timer !== null || isLoading) {
      isOld = true;
      return;
    }
    timer = setTimeout(() => {
      timer = null;
      isLoading = true;
      isOld = false;
      void loadAll().finally(() => {
        isLoading = false;
        if (isOld) soon(refreshMs);
      });
    }, afterMs);
  };
  const restart = () => {
    state.set({ ...state.get(), branches: new Map(), open: new Set() });
    soon(0);
  };
  const narrow = (changes: Partial<TreeState>) => {
    state.set({ ...state.get(), ...changes });
    view.setNarrowing(narrowingText(state.get().focused, state.get().hidden));
  };
  const isSame = (a: BranchPath, b: BranchPath) => a.by === b.by && branchKey(a.names) === branchKey(b.names);

  view.onChanged(() => soon(refreshMs));
  let shown = '';
  view.state.subscribe(() => {
    if (view.state.get().filter === shown) return;
    shown = view.state.get().filter;
    soon(0);
  });
  layout.treeOpen.subscribe(() => soon(0));
  layout.treeBy.subscribe(restart);
  session.shownId.subscribe(() => {
    if (session.shownId.get() === null) return;
    restart();
    narrow({ focused: null, hidden: [] });
  });

  return {
    state,
    setOpen: (under, isOpen) => {
      const open = new Set(state.get().open);
      if (isOpen && open.size < openMax) open.add(branchKey(under));
      else open.delete(branchKey(under));
      state.set({ ...state.get(), open });
      if (isOpen) void load(under);
    },
    focus: (path) => narrow({ focused: path }),
    hide: (path) => {
      const { hidden, focused } = state.get();
      if (hidden.some((each) => isSame(each, path))) return;
      narrow({
        hidden: [...hidden, path],
        focused: focused !== null && isSame(focused, path) ? null : focused,
      });
    },
    showAll: () => narrow({ focused: null, hidden: [] }),
    showAgain: (path) => narrow({ hidden: state.get().hidden.filter((each) => !isSame(each, path)) }),
  };
}
