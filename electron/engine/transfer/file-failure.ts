import path from 'node:path';
import { fail, type Failed } from '../../../core/model/result.ts';

/** What the file system refused, as one plain line. */
export function fileFailure(error: unknown, file: string): Failed {
  const name = path.basename(file);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return fail('file-missing', `There is no “${name}” in ${path.dirname(path.resolve(file))}.`);
    case 'ENOTDIR':
      return fail('folder-missing', `${path.dirname(path.resolve(file))} is not a folder.`);
    case 'EISDIR':
      return fail('not-a-file', `“${name}” is a folder, not a file.`);
    case 'EACCES':
    case 'EPERM':
      return fail('permission-denied', `The permissions of “${name}” or of its folder do not allow this.`);
    case 'EROFS':
      return fail('read-only', `“${name}” is in a place that cannot be written to. Choose another folder.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('disk-full', `There is no room on the disk for “${name}”.`);
    case 'ENAMETOOLONG':
      return fail('bad-path', `The name “${name.slice(0, 40)}…” is too long.`);
    case 'EEXIST':
      return fail('file-exists', `“${name}” exists already. Choose another name.`);
    default: {
      const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
      return fail('file-error', `“${name}” cannot be used: ${reason}.`);
    }
  }
}
