import type { Connection } from './connection.ts';
import { createStore, type Store } from './store.ts';

export type SessionCopyState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly path: string; readonly share: number | null }
  | { readonly kind: 'done'; readonly path: string }
  /** `exists`: the file may be overwritten if the person says so. */
  | { readonly kind: 'failed'; readonly path: string; readonly message: string; readonly exists: boolean };

/** Saving a copy of a session: one at a time in this window. */
export interface SessionCopy {
  readonly state: Store<SessionCopyState>;
  readonly start: (sessionId: number, path: string, overwrite: boolean) => Promise<void>;
  readonly cancel: () => void;
  /** Forgets how the last one ended. */
  readonly dismiss: () => void;
}

export function createSessionCopy(connection: Connection): SessionCopy {
  const state = createStore<SessionCopyState>({ kind: 'idle' });
  let running: { readonly transferId: number; readonly path: string } | null = null;

  connection.onClient((client) => {
    if (running !== null)
      fail(running.path, 'engine-gone', 'The engine stopped while it was copying. Try again.');
    client.on('transfers', 'progress', ({ transferId, progress: { doneBytes, totalBytes } }) => {
      if (running?.transferId !== transferId) return;
      const share = totalBytes === null || totalBytes === 0 ? null : doneBytes / totalBytes;
      state.set({ kind: 'running', path: running.path, share });
    });
    client.on('transfers', 'finished', ({ transferId, summary }) => {
      if (running?.transferId !== transferId) return;
      running = null;
      state.set({ kind: 'done', path: summary.path });
    });
    client.on('transfers', 'failed', ({ transferId, code, message }) => {
      if (running?.transferId === transferId) fail(running.path, code, message);
    });
  });

  function fail(path: string, code: string, message: string): void {
    running = null;
    if (code === 'cancelled') state.set({ kind: 'idle' });
    else state.set({ kind: 'failed', path, message, exists: code === 'file-exists' });
  }

  return {
    state,
    start: async (sessionId, path, overwrite) => {
      const client = connection.client();
      if (client === null || state.get().kind === 'running') return;
      state.set({ kind: 'running', path, share: null });
      const started = await client.services.session.saveCopy({ sessionId, path, overwrite });
      if (!started.ok) {
        fail(path, started.error.code, started.error.message);
        return;
      }
      running = { transferId: started.value.transferId, path };
      // It may have ended before its number was known here.
      const listed = await client.services.transfers.list({});
      const view = listed.ok
        ? listed.value.transfers.find((each) => each.transferId === started.value.transferId)
        : undefined;
      if (view === undefined || view.state === 'running' || state.get().kind !== 'running') return;
      if (view.summary !== null) {
        running = null;
        state.set({ kind: 'done', path: view.summary.path });
      } else
        fail(path, view.state === 'cancelled' ? 'cancelled' : existsCode(view.problem), view.problem ?? '');
    },
    cancel: () => {
      if (running !== null)
        void connection.client()?.services.transfers.cancel({ transferId: running.transferId });
    },
    dismiss: () => {
      if (state.get().kind !== 'running') state.set({ kind: 'idle' });
    },
  };
}

/** A transfer that is over tells its line, not its code. */
function existsCode(problem: string | null): string {
  return problem?.includes('exists already') === true ? 'file-exists' : 'failed';
}
