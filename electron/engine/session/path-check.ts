import fs from 'node:fs';
import path from 'node:path';
import { fail, succeed, type Failed, type Result } from '../../../core/model/result.ts';
import { errorCodeOf, errorText, isFullDisk } from './sqlite.ts';
import type { OpenSessionOptions } from './session-api.ts';

/** “PLMB”, in SQLite's header: what tells a session from other databases. */
export const applicationId = 0x504c_4d42;

const headerBytes = 100;
/** Leaves room for the endings of the files beside it. */
const nameBytesMax = 240;
const sqliteMagic = 'SQLite format 3\0';

/** Where a session is or will be. */
export interface SessionPlace {
  /** Without symbolic links, so that two names of one file are one place. */
  readonly path: string;
  readonly name: string;
  readonly exists: boolean;
}

/**
 * Looks at the path without opening the file: closing one's own handle of a file would take the operating-system
 * locks from SQLite connections to it in the same process. Every refusal is one plain line.
 */
export function checkPath(given: string, mode: OpenSessionOptions['mode']): Result<SessionPlace> {
  const name = path.basename(given);
  if (given.trim() !== given || given === '' || given.includes('\0')) {
    return fail('bad-path', 'A session path may not be empty or begin or end with white space.');
  }
  if (Buffer.byteLength(name) > nameBytesMax) return fail('bad-path', 'The name of the session is too long.');
  try {
    const place = locate(path.resolve(given));
    if (place.exists && mode === 'create') {
      return existsAlready(name);
    }
    if (!place.exists && mode !== 'create' && mode !== 'create-or-open') {
      return fail('file-missing', `There is no file “${name}” in ${path.dirname(path.resolve(given))}.`);
    }
    return place.exists ? checkKind(place, mode) : succeed(place);
  } catch (error) {
    return pathFailure(error, given);
  }
}

function locate(absolute: string): SessionPlace {
  const name = path.basename(absolute);
  if (fs.existsSync(absolute)) return { path: fs.realpathSync(absolute), name, exists: true };
  const folder = fs.realpathSync(path.dirname(absolute));
  if (!fs.statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  return { path: path.join(folder, name), name, exists: false };
}

function checkKind(place: SessionPlace, mode: OpenSessionOptions['mode']): Result<SessionPlace> {
  const { name } = place;
  const stat = fs.statSync(place.path);
  if (stat.isDirectory()) return fail('not-a-file', `“${name}” is a folder, not a session file.`);
  if (!stat.isFile()) return fail('not-a-file', `“${name}” is not an ordinary file.`);
  fs.accessSync(place.path, mode === 'read' ? fs.constants.R_OK : fs.constants.R_OK | fs.constants.W_OK);
  return succeed(place);
}

/**
 * Cheap checks of an existing file before SQLite sees it. Only while no connection of this process has the file
 * open, for the reason given at `checkPath`. Throws what the file system throws.
 */
export function checkHeader(place: SessionPlace): Result<SessionPlace> {
  const { name } = place;
  const header = readHeader(place.path);
  if (header.length === 0) {
    return fail('not-a-session', `“${name}” is empty. If it was to become a session, delete it first.`);
  }
  if (header.length < headerBytes || header.toString('latin1', 0, 16) !== sqliteMagic) {
    return fail('not-a-session', `“${name}” is not a Plumbline session.`);
  }
  if (header.readUInt32BE(68) !== applicationId) {
    return fail('not-a-session', `“${name}” is a database of another program, not a Plumbline session.`);
  }
  const rawPageBytes = header.readUInt16BE(16);
  const { size } = fs.statSync(place.path);
  const expectedBytes = (rawPageBytes === 1 ? 65_536 : rawPageBytes) * header.readUInt32BE(28);
  if (size < expectedBytes && !hasLog(place.path)) {
    const missing = `${size} of ${expectedBytes} bytes are there`;
    return fail('session-damaged', `“${name}” is cut off: ${missing}. Copy it again from where it came.`);
  }
  return succeed(place);
}

/** A log holds pages the file itself need not have yet. */
function hasLog(file: string): boolean {
  return ['-wal', '-journal'].some((ending) => {
    const stat = fs.statSync(file + ending, { throwIfNoEntry: false });
    return stat !== undefined && stat.size > 0;
  });
}

function readHeader(file: string): Buffer {
  const handle = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(headerBytes);
    return bytes.subarray(0, fs.readSync(handle, bytes, 0, headerBytes, 0));
  } finally {
    fs.closeSync(handle);
  }
}

/** A failure of the file system or of SQLite while opening, as one plain line. */
export function pathFailure(error: unknown, given: string): Failed {
  const name = path.basename(given);
  const code = errorCodeOf(error);
  const folder = path.dirname(path.resolve(given));
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return fail('session-damaged', `“${name}” is damaged and cannot be opened.`);
  }
  if (code.startsWith('SQLITE_BUSY')) return inUse(name);
  if (isFullDisk(error)) {
    return fail('disk-full', `There is no room on the disk for “${name}”.`);
  }
  if (code === 'ENOENT') return fail('folder-missing', `The folder ${folder} does not exist.`);
  if (code === 'ENOTDIR') return fail('folder-missing', `${folder} is not a folder.`);
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    return fail('read-only', `“${name}” is in a place that cannot be written to. Copy it elsewhere first.`);
  }
  if (code === 'EACCES' || code === 'EPERM' || code.startsWith('SQLITE_CANTOPEN')) {
    return fail('permission-denied', `The permissions of “${name}” or of ${folder} do not allow opening it.`);
  }
  if (code === 'ENAMETOOLONG') return fail('bad-path', 'The name of the session is too long.');
  if (code === 'EEXIST') return existsAlready(name);
  return fail('cannot-open', `“${name}” cannot be opened: ${errorText(error)}.`);
}

function existsAlready(name: string): Failed {
  return fail('file-exists', `“${name}” exists already. Choose another name or open it.`);
}

export function inUse(name: string): Failed {
  return fail(
    'session-in-use',
    `“${name}” is being recorded into by another Plumbline. Close it there first.`,
  );
}
