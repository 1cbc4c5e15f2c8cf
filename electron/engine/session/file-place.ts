import fs from 'node:fs';

/** Where a file that is open is now. `gone`: it has no name any more, or none that can be found out. */
export type FilePlace =
  { readonly at: 'here' } | { readonly at: 'moved'; readonly path: string } | { readonly at: 'gone' };

/**
 * Follows a file that this process has open under `path`. Opens nothing itself: closing one's own handle of the file
 * would take SQLite's locks. Where open files cannot be looked at (all but Linux), one that was moved counts as gone.
 */
export function createFilePlace(path: string): () => FilePlace {
  const identity = identityOf(path);
  let handle: string | null = null;
  return () => {
    if (identityOf(path) === identity) return { at: 'here' };
    if (handle === null || identityOf(handle) !== identity) handle = handleOf(identity);
    const now = handle === null ? null : nameOf(handle);
    if (now === null) return { at: 'gone' };
    return now === path ? { at: 'here' } : { at: 'moved', path: now };
  };
}

const handlesFolder = '/proc/self/fd';

function handleOf(identity: string | null): string | null {
  try {
    const handles = fs.readdirSync(handlesFolder).map((each) => `${handlesFolder}/${each}`);
    return identity === null ? null : (handles.find((each) => identityOf(each) === identity) ?? null);
  } catch {
    return null;
  }
}

function nameOf(handle: string): string | null {
  try {
    const name = fs.readlinkSync(handle);
    return fs.statSync(handle).nlink === 0 || name.endsWith(' (deleted)') ? null : name;
  } catch {
    return null;
  }
}

/** Device and file number; null when the file cannot be looked at. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = fs.statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
