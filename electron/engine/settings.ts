import { chmod, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  changeSettings,
  isObject,
  readSettings,
  sameValue,
  type Settings,
  type SettingsChange,
} from '../../core/model/settings.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { watchFileOf } from './watch-file.ts';

/** A larger file is not read: settings are a few kilobytes. */
const fileBytesMax = 1_000_000;

/**
 * Settings of this installation: one JSON file in the data folder, 0600, written whole and renamed into place. It may
 * be edited by hand and is shared by every program of this installation, so it is read again when it changes on disk
 * and before each change; what it holds besides our settings stays in it.
 */
export interface SettingsStore {
  readonly path: string;
  readonly folder: string;
  readonly current: () => Settings;
  /** Why the file as it is now is not used, in one line; the last good settings hold. */
  readonly problem: () => string | null;
  /**
   * Checks and saves; nothing is changed unless all of it is valid and saved. Failures: `setting-invalid`,
   * `setting-unknown`, `settings-invalid` and `settings-unreadable` (the file, changed meanwhile),
   * `settings-unwritable`.
   */
  readonly update: (change: SettingsChange | Readonly<Record<string, unknown>>) => Promise<Result<Settings>>;
  /** Called after the settings or the problem changed, by whomever. */
  readonly onChanged: (listener: (settings: Settings, before: Settings) => void) => void;
  readonly close: () => void;
}

interface Loaded {
  readonly text: string;
  readonly file: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
}

/** Failures: `settings-unreadable`, `settings-invalid`, `data-dir-unwritable`. */
export async function openSettings(dataDir: string): Promise<Result<SettingsStore>> {
  const path = join(dataDir, 'settings.json');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await chmod(dataDir, 0o700);
  } catch (error) {
    return fail(
      'data-dir-unwritable',
      `The data folder ${dataDir} cannot be used (${reason(error)}). Choose another one with --data-dir.`,
    );
  }
  const loaded = await load(path);
  if (!loaded.ok) {
    return fail(loaded.error.code, `${loaded.error.message} Correct it or move it away.`);
  }
  return succeed(createStore(dataDir, path, loaded.value));
}

function createStore(folder: string, path: string, first: Loaded): SettingsStore {
  const listeners = new Set<(settings: Settings, before: Settings) => void>();
  let { settings, text } = first;
  let problem: string | null = null;
  /** Reading and writing, one after the other. */
  let work: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const done = work.then(task);
    work = done.catch(() => undefined);
    return done;
  };
  const take = (next: Settings, nextProblem: string | null): void => {
    const before = settings;
    if (sameValue(next, before) && problem === nextProblem) return;
    settings = next;
    problem = nextProblem;
    for (const listener of listeners) listener(next, before);
  };

  const readAgain = async (): Promise<Result<Loaded>> => {
    const loaded = await load(path);
    if (loaded.ok) {
      text = loaded.value.text;
      take(loaded.value.settings, null);
      return loaded;
    }
    const { code, message } = loaded.error;
    take(settings, `${message} Until it is corrected, the settings from before hold.`);
    return fail(code, `${message} Correct it first.`);
  };
  const save = async (change: Readonly<Record<string, unknown>>): Promise<Result<Settings>> => {
    const before = await readAgain();
    if (!before.ok) return before;
    const file = changeSettings(before.value.file, change);
    if (!file.ok) return file;
    const next = readSettings(file.value);
    if (!next.ok) return next;
    if (!sameValue(file.value, before.value.file)) {
      const nextText = `${JSON.stringify(file.value, null, 2)}\n`;
      const written = await write(path, nextText);
      if (!written.ok) return written;
      text = nextText;
    }
    take(next.value, null);
    return next;
  };

  const stopWatching = watchFileOf(folder, 'settings.json', () => {
    void inTurn(async () => {
      const now = await readFile(path, 'utf8').catch(() => null);
      if (now !== text || problem !== null) await readAgain();
    });
  });
  return {
    path,
    folder,
    current: () => settings,
    problem: () => problem,
    update: (change) => inTurn(() => save(change)),
    onChanged: (listener) => void listeners.add(listener),
    close: stopWatching,
  };
}

async function load(path: string): Promise<Result<Loaded>> {
  let text: string;
  try {
    const { size, mode } = await stat(path);
    if (size > fileBytesMax) {
      return fail('settings-invalid', `The settings file ${path} is larger than 1 MB.`);
    }
    // An editor may have made it anew with the rights of any file.
    if ((mode & 0o077) !== 0) await chmod(path, 0o600).catch(() => undefined);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') text = '{}';
    else return fail('settings-unreadable', `The settings file ${path} cannot be read (${reason(error)}).`);
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return fail('settings-invalid', `The settings file ${path} is not JSON.`);
  }
  const settings = readSettings(file);
  if (settings.ok && isObject(file)) return succeed({ text, file, settings: settings.value });
  return fail(
    'settings-invalid',
    `The settings file ${path} is not valid: ${settings.ok ? '' : settings.error.message}`,
  );
}

/** Whole, then renamed into place: nobody ever reads half a file. */
async function write(path: string, text: string): Promise<Result<void>> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return succeed(undefined);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    return fail(
      'settings-unwritable',
      `The settings could not be saved to ${path} (${reason(error)}). Make that file and its folder writable for you.`,
    );
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return String(error);
}
