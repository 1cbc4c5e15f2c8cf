import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { testElectron } from '../../build/electron-for-tests.ts';
import type { Display } from './display.ts';
import { root } from './program.ts';
import { scratchFolder } from './scratch.ts';
import { within } from './within.ts';

/** One run of the desktop program on a data folder and session that outlive it. */
export interface Desktop {
  readonly app: ElectronApplication;
  readonly window: Page;
  readonly quit: () => Promise<void>;
}

export interface DesktopPlace {
  readonly dataDir: string;
  readonly session: string;
  readonly upstreamCa: string;
}

/** A new place, whose proxy believes servers of this authority. */
export function desktopPlace(upstreamCaPem: string): DesktopPlace {
  const folder = scratchFolder();
  const upstreamCa = path.join(folder, 'upstream-ca.pem');
  writeFileSync(upstreamCa, upstreamCaPem);
  return { dataDir: path.join(folder, 'data'), session: path.join(folder, 'kept.plumb'), upstreamCa };
}

/** The real program in a real Electron, killed with the test. */
export async function openDesktop(
  { dataDir, session, upstreamCa }: DesktopPlace,
  display: Display | null,
): Promise<Desktop> {
  const { executable, args, env } = testElectron();
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...[...args, root, '--data-dir', dataDir, '--session', session],
      ...['--proxy', '127.0.0.1:0', '--upstream-ca', upstreamCa],
    ],
    env: { ...inheritedEnv(), ...env, ...(display === null ? {} : { DISPLAY: display.name }) },
  });
  const main = app.process();
  onTestFinished(() => {
    if (main.exitCode === null && main.signalCode === null) main.kill('SIGKILL');
  });
  const window = await app.firstWindow();
  return { app, window, quit: () => within(20_000, 'the desktop program to quit', app.close()) };
}

function inheritedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Where its proxy listens, as the window shows it. */
export async function proxyOf(window: Page): Promise<string> {
  const shown = window.getByText(/^127\.0\.0\.1:\d+$/).first();
  return `http://${await shown.innerText()}`;
}
