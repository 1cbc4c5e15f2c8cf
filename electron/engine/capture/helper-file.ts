import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';

/** Outside of the program's own folder: an AppImage is mounted in a way that gives no rights. */
export const installedHelper = '/usr/local/lib/plumbline/plumbline-capture';

/** Bits of the group and of all others. */
const writableByOthers = 0o022;

/** Debian lets its group `staff` write to /usr/local on some machines; who is in it can become root there anyway. */
const staffGroup = 50;
const writableByAll = 0o002;

/** Nobody but root can have put it there, or can put another one in its place. */
export function isTrustedInstalled(file: string): boolean {
  const [folder = '/', ...outer] = foldersOf(file);
  return (
    stats(file)?.isFile() === true &&
    [file, folder].every((place) => isSafe(stats(place), [0])) &&
    outer.every((place) => isSafe(stats(place), [0]) || isOfStaff(stats(place)))
  );
}

function isOfStaff(about: Stats | null): boolean {
  return about !== null && about.uid === 0 && about.gid === staffGroup && (about.mode & writableByAll) === 0;
}

/** The helper beside this program: nobody can have changed it who could not change the program itself. */
export function isTrustedBuilt(file: string): boolean {
  const about = stats(file);
  const program = stats(path.dirname(path.dirname(file)));
  const owners = [0, process.geteuid?.() ?? 0, ...(program === null ? [] : [program.uid])];
  return about?.isFile() === true && isSafe(about, owners);
}

function isSafe(about: Stats | null, owners: readonly number[]): boolean {
  return about !== null && (about.mode & writableByOthers) === 0 && owners.includes(about.uid);
}

function stats(place: string): Stats | null {
  try {
    return lstatSync(place);
  } catch {
    return null;
  }
}

function foldersOf(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [folder, ...foldersOf(folder)];
}
