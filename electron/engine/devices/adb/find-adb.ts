import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where adb is looked for. */
export interface AdbPlaces {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The program adb: of PATH, of the variables that name Android's SDK, or where that is usually put; null when it is nowhere. Nothing is started. */
export async function findAdb(places: AdbPlaces): Promise<string | null> {
  for (const folder of foldersOf(places)) {
    const file = path.join(folder, places.platform === 'win32' ? 'adb.exe' : 'adb');
    if (await isProgram(file)) return file;
  }
  return null;
}

function foldersOf({ platform, env, home }: AdbPlaces): readonly string[] {
  const onPath = (env['PATH'] ?? env['Path'] ?? '').split(platform === 'win32' ? ';' : ':');
  const sdks = [env['ANDROID_HOME'], env['ANDROID_SDK_ROOT'], ...usualSdks(platform, env, home)];
  const tools = sdks.filter((sdk) => sdk !== undefined).map((sdk) => path.join(sdk, 'platform-tools'));
  // A relative folder would be one of wherever the engine was started.
  return [...onPath, ...tools].filter((folder) => path.isAbsolute(folder));
}

function usualSdks(platform: string, env: AdbPlaces['env'], home: string): readonly (string | undefined)[] {
  if (platform === 'darwin') return [path.join(home, 'Library/Android/sdk')];
  if (platform !== 'win32') return [path.join(home, 'Android/Sdk'), '/usr/lib/android-sdk'];
  const local = env['LOCALAPPDATA'];
  return [local === undefined ? undefined : path.join(local, 'Android', 'Sdk')];
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
