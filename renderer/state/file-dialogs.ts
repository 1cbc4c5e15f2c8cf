import { folderOf } from '../format/export-formats.ts';
import { createPreference } from './preference.ts';
import { createStore, type Store } from './store.ts';

/** A dialog about a file. `locked`: this file, handed over before, asks for its password. */
export type FileDialog =
  { readonly kind: 'import'; readonly locked: LockedFile | null } | { readonly kind: 'export' };

export interface LockedFile {
  readonly path: string;
  readonly problem: string;
  /** Called when the person gives up. */
  readonly discard: () => void;
}

export interface FileDialogs {
  readonly shown: Store<FileDialog | null>;
  readonly show: (dialog: FileDialog) => void;
  readonly close: () => void;
  /** Folders that files were read from or written to, the last first. */
  readonly folders: Store<readonly string[]>;
  readonly used: (path: string) => void;
}

const foldersMax = 5;

export function createFileDialogs(): FileDialogs {
  const shown = createStore<FileDialog | null>(null);
  const folders = createPreference<readonly string[]>('folders', [], texts);
  return {
    shown,
    show: shown.set,
    close: () => shown.set(null),
    folders,
    used: (path) => {
      const folder = folderOf(path);
      if (folder === null) return;
      folders.set([folder, ...folders.get().filter((each) => each !== folder)].slice(0, foldersMax));
    },
  };
}

function texts(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.filter((each): each is string => typeof each === 'string' && each.length < 4096);
  return found.slice(0, foldersMax);
}
