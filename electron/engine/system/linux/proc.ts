import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { parseCommandLine, parseProcessStat, sandboxOf, type ProcessStat } from './proc-files.ts';

/** /proc (proc(5)), read synchronously: in a thread that does nothing else, that is the cheapest way. */

/** What is read of a file below /proc, bytes. */
const fileBytesMax = 4096;
const buffer = Buffer.allocUnsafe(fileBytesMax);

/** The beginning of a file below /proc; null when it is not there (any more), or not ours to read. */
function readProcFile(path: string, encoding: 'latin1' | 'utf8'): string | null {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    return buffer.toString(encoding, 0, readSync(file, buffer, 0, fileBytesMax, 0));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** Every process that may be seen. */
export function listProcesses(): number[] {
  const ids: number[] = [];
  for (const name of list('/proc')) if (/^\d{1,10}$/.test(name)) ids.push(Number(name));
  return ids;
}

/** The open files of a process, by their numbers; none when they may not be seen. */
export function listFiles(id: number): string[] {
  return list(`/proc/${id}/fd`);
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The inode of the socket that is this open file; null when it is something else. */
export function socketInode(id: number, file: string): number | null {
  const link = follow(`/proc/${id}/fd/${file}`);
  return link?.startsWith('socket:[') === true ? Number(link.slice(8, -1)) : null;
}

export function readStat(id: number): ProcessStat | null {
  const text = readProcFile(`/proc/${id}/stat`, 'utf8');
  return text === null ? null : parseProcessStat(text);
}

export function readProgramFile(id: number): string | null {
  return follow(`/proc/${id}/exe`);
}

export function readArguments(id: number): string[] {
  return parseCommandLine(readProcFile(`/proc/${id}/cmdline`, 'utf8') ?? '');
}

export function readSandbox(id: number): string | null {
  return sandboxOf(readProcFile(`/proc/${id}/cgroup`, 'latin1') ?? '');
}

function follow(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
