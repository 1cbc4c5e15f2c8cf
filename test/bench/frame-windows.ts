import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, chromium, type Browser, type Page } from 'playwright-core';
import { ensureTestElectron } from '../../build/electron-for-tests.ts';
import { startDisplay } from '../support/display.ts';
import { waitForList } from './list-window.ts';
import { repoRoot, start, type Started } from './processes.ts';

const browserArgs = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** A window of the built program that shows a session. */
export interface BenchWindow {
  readonly page: Page;
  readonly close: () => Promise<void>;
}

/** The same in a browser, of which the processes can be looked at. */
export interface BrowserWindow extends BenchWindow {
  readonly browser: Browser;
  readonly serve: Started;
  readonly address: string;
}

/** A benchmark records into the session it shows, so it shows a copy of the one that is kept. `folder` is made. */
export function copyOf(session: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, 'measured.plumb');
  copyFileSync(session, copy);
  return copy;
}

/** Engine by `serve`, window in Chromium, not yet at the address. */
export async function openChromium(session: string, dataDir: string): Promise<BrowserWindow> {
  const serve = await start(process.execPath, [
    ...[join(repoRoot, 'dist/cli/cli.js'), 'serve', '--session', session, '--proxy', '127.0.0.1:0'],
    ...['--data-dir', dataDir],
  ]);
  try {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserArgs });
    const close = async (): Promise<void> => {
      await browser.close();
      await serve.stop();
    };
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    return { page, browser, serve, address: serve.firstLine.replace('Open ', ''), close };
  } catch (error) {
    await serve.stop();
    throw error;
  }
}

/** The desktop program, its window of the usual size (1280 x 800), with at least so many rows. */
export async function openDesktop(session: string, dataDir: string, rows: number): Promise<BenchWindow> {
  const { executable, args, env } = await ensureTestElectron();
  const display = await startDisplay();
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const app = await _electron.launch({
    executablePath: executable,
    args: [...args, repoRoot, '--data-dir', dataDir, '--session', session, '--proxy', '127.0.0.1:0'],
    env: {
      ...Object.fromEntries(inherited),
      ...env,
      ...(display === null ? {} : { DISPLAY: display.name }),
    },
  });
  const close = async (): Promise<void> => {
    await app.close();
    display?.stop();
  };
  try {
    const page = await app.firstWindow();
    await waitForList(page, rows);
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
