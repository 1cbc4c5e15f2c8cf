import { app, screen, type BrowserWindow } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface WindowPlace {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

const usual: WindowPlace = { width: 1280, height: 800 };

function placeFile(): string {
  return join(app.getPath('userData'), 'window.json');
}

/** Where the window was last time, if that is still on a screen. */
export function loadWindowPlace(): WindowPlace {
  try {
    const value = JSON.parse(readFileSync(placeFile(), 'utf8')) as Partial<
      Record<keyof WindowPlace, unknown>
    >;
    const { x, y, width, height } = value;
    if (typeof x !== 'number' || typeof y !== 'number') return usual;
    if (typeof width !== 'number' || typeof height !== 'number') return usual;
    const area = screen.getDisplayMatching({ x, y, width, height }).workArea;
    const visible =
      x < area.x + area.width - 100 &&
      x + width > area.x + 100 &&
      y >= area.y &&
      y < area.y + area.height - 50;
    return visible && width >= 200 && height >= 200 ? { x, y, width, height } : usual;
  } catch {
    return usual;
  }
}

export function watchWindowPlace(window: BrowserWindow): void {
  window.on('close', () => {
    try {
      writeFileSync(placeFile(), JSON.stringify(window.getNormalBounds()), { mode: 0o600 });
    } catch {
      // A window that forgets its place is no reason to stop it from closing.
    }
  });
}
