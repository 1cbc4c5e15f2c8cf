/**
 * Pictures of every screen and state, for looking at: `npm run screens -- [--only TEXT,TEXT] [--size 1280x800] [--theme light]
 * [--out .cache/screens]`. A scene is a function in scenes.ts; its picture is `NAME-SIZE-THEME.png`.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchBrowser, startFakeWindow, type FakeWindowServer } from '../support/fake-window.ts';
import { root } from '../support/program.ts';
import type { Scene } from './scene.ts';
import { scenes } from './scenes.ts';

const sizes: Readonly<Record<string, { width: number; height: number }>> = {
  '1280x800': { width: 1280, height: 800 },
  '2560x1440': { width: 2560, height: 1440 },
};
/** A state that takes longer to reach is not reached at all. */
const stepTimeoutMs = 5000;
const themes = ['light', 'dark'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    size: { type: 'string', default: '' },
    theme: { type: 'string', default: '' },
    out: { type: 'string', default: path.join(root, '.cache/screens') },
  },
});
const wanted = values.only.split(',');
mkdirSync(values.out, { recursive: true });
const browser = await launchBrowser();
const servers = new Map<string, Promise<FakeWindowServer>>();
let failures = 0;
try {
  for (const scene of scenes.filter(({ name }) => wanted.some((part) => name.includes(part)))) {
    for (const size of Object.keys(sizes).filter((each) => each.includes(values.size))) {
      if (!browser.isConnected()) throw new Error('The browser ended.');
      await shoot(browser, scene, size).catch((error: unknown) => {
        failures++;
        process.stderr.write(`${scene.name} ${size}: ${String(error)}\n`);
      });
    }
  }
} finally {
  await browser.close();
  for (const server of servers.values()) (await server).program.dispose();
}
process.exitCode = failures === 0 ? 0 : 1;

async function shoot(from: Browser, scene: Scene, size: string): Promise<void> {
  const server = scene.alone === true ? await startFakeWindow(...scene.engine) : await serverOf(scene.engine);
  const context = await from.newContext({ viewport: sizes[size] ?? null, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(stepTimeoutMs);
    await page.goto(server.address);
    const shown = (await scene.show(page, server)) ?? page;
    for (const colorScheme of themes.filter((each) => each.includes(values.theme))) {
      await shown.emulateMedia({ colorScheme });
      await shown.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await shown.screenshot({ path: path.join(values.out, `${scene.name}-${size}-${colorScheme}.png`) });
    }
  } finally {
    await context.close();
    if (scene.alone === true) server.program.dispose();
  }
}

/** The window over an engine that other scenes use too. */
function serverOf(options: readonly string[]): Promise<FakeWindowServer> {
  const key = options.join(' ');
  const known = servers.get(key) ?? startFakeWindow(...options);
  servers.set(key, known);
  return known;
}
