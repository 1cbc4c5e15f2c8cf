import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fail, succeed, type Result } from '../../core/model/result.ts';

const settingsSchema = z.object({
  listen: z.string().default('127.0.0.1:8888'),
  passThroughHosts: z.array(z.string()).default([]),
  insecureHosts: z.array(z.string()).default([]),
  recentSessions: z.array(z.string()).max(50).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Settings of this installation: one file in the data directory, 0600, written whole and renamed into place. */
export interface SettingsStore {
  readonly current: () => Settings;
  readonly update: (change: Partial<Settings>) => Promise<Result<Settings>>;
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
  if (!loaded.ok) return loaded;
  let settings = loaded.value;
  let writing: Promise<unknown> = Promise.resolve();

  const write = async (): Promise<Result<Settings>> => {
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
      await rename(temporary, path);
      return succeed(settings);
    } catch (error) {
      return fail('settings-unwritable', `The settings could not be saved to ${path} (${reason(error)}).`);
    }
  };
  return succeed({
    current: () => settings,
    update: (change) => {
      settings = { ...settings, ...change };
      const written = writing.then(write);
      writing = written;
      return written;
    },
  });
}

async function load(path: string): Promise<Result<Settings>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return succeed(settingsSchema.parse({}));
    return fail('settings-unreadable', `The settings file ${path} cannot be read (${reason(error)}).`);
  }
  try {
    const parsed = settingsSchema.safeParse(JSON.parse(text));
    if (parsed.success) return succeed(parsed.data);
    const issue = parsed.error.issues[0];
    return fail(
      'settings-invalid',
      `The settings file ${path} is not valid: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}. Correct it or move it away.`,
    );
  } catch {
    return fail('settings-invalid', `The settings file ${path} is not JSON. Correct it or move it away.`);
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return String(error);
}
