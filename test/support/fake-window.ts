import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { root, startProgram, type Program } from './program.ts';

export interface FakeWindowServer {
  readonly address: string;
  readonly program: Program;
}

/** The window over the fake engine, on a port of its own. */
export async function startFakeWindow(...options: readonly string[]): Promise<FakeWindowServer> {
  const program = startProgram(process.execPath, [
    ...['--no-warnings', path.join(root, 'test/support/fake-engine-server.ts'), '--port', '0'],
    ...['--window', path.join(root, 'dist/renderer'), ...options],
  ]);
  const address = (await program.says(/^Open (http:\S+)$/m))[1] ?? '';
  return { address, program };
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
}

export async function openFakeWindow(
  browser: Browser,
  address: string,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Page> {
  const page = await browser.newPage({
    ...{ colorScheme, reducedMotion: 'reduce' as const, viewport: { width: 1280, height: 800 } },
  });
  await page.goto(address);
  return page;
}
