import type { FileDialogs } from './file-dialogs.ts';
import type { Notices } from './notices.ts';
import type { Session } from './session.ts';
import type { FileContent, Transfers } from './transfers.ts';

/** Opens sessions and reads other recordings into new ones, whatever way they came into the window. */
export interface DroppedFiles {
  /** Files that were dropped or chosen, one after another: their contents are handed over where there is no path. */
  readonly takeFiles: (files: Iterable<FileContent & { readonly path: string | null }>) => Promise<void>;
  /** Null when it was opened or is being read, else why not. */
  readonly openPath: (path: string, password: string | null) => Promise<OpenFailure | null>;
}

export interface OpenFailure {
  readonly message: string;
  readonly wantsPassword: boolean;
}

const passwordCodes: readonly string[] = ['password-needed', 'wrong-password'];
const filesMax = 20;

export function createDroppedFiles(
  transfers: Transfers,
  session: Pick<Session, 'open'>,
  dialogs: FileDialogs,
  notices: Notices,
): DroppedFiles {
  const openPath: DroppedFiles['openPath'] = async (path, password) => {
    if (/\.plumb$/i.test(path)) {
      await session.open(path);
      return null;
    }
    const started = await transfers.startImport(path, password);
    if (started.ok || started.error.code === 'cancelled') return null;
    const { code, message } = started.error;
    // A session with another ending is opened all the same.
    if (code === 'is-a-session') {
      await session.open(path);
      return null;
    }
    return { message, wantsPassword: passwordCodes.includes(code) };
  };

  const open = async (path: string, discard: () => void) => {
    const failure = await openPath(path, null);
    if (failure === null) return;
    if (!failure.wantsPassword) notices.say(failure.message);
    else {
      const locked = { path, problem: failure.message, discard };
      dialogs.show({ kind: 'import', locked });
    }
  };

  const take = async (file: FileContent & { readonly path: string | null }) => {
    if (file.path !== null) return open(file.path, () => {});
    const uploaded = await transfers.upload(file);
    if (!uploaded.ok) {
      if (uploaded.error.code !== 'cancelled') notices.say(uploaded.error.message);
      return;
    }
    const { kind, path, discard } = uploaded.value;
    if (kind === 'session') await session.open(path);
    else await open(path, discard);
  };

  return {
    openPath,
    takeFiles: async (files) => {
      const all = [...files];
      if (all.length > filesMax) {
        notices.say(`At most ${filesMax} files are opened at once: the first ${filesMax} were taken.`);
      }
      for (const file of all.slice(0, filesMax)) await take(file);
    },
  };
}

/** Files of a drop or a chooser. The desktop program knows their paths, a browser does not. */
export function filesWithPaths(files: FileList | null): (FileContent & { readonly path: string | null })[] {
  return [...(files ?? [])].map((file) => {
    const path = window.plumbline?.pathOf(file) ?? '';
    const { name, size } = file;
    return { name, size, slice: (from, to) => file.slice(from, to), path: path === '' ? null : path };
  });
}
