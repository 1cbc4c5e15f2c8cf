import axe, { type AxeResults, type ElementContext, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser, startFakeWindow, type FakeWindowServer } from '../../support/fake-window.ts';
import { keepPage } from '../../support/kept-page.ts';

/** Rules that depend on the colours of the theme; the others say the same in both. */
const colorRules = ['color-contrast', 'link-in-text-block'];

/** What a menu is laid over the page in: it belongs to no region of the page. */
const menuPlace = '<div data-radix-popper-';

/** Rows like those before them: they take most of the time and say the same. */
const further =
  ':is(.list-row:not(.selected, .marked):nth-child(n + 6), .line:nth-child(n + 12), .keys-table tr:nth-child(n + 12))';

const timeoutMs = 15_000;

export interface AccessibilityBench {
  /** The window of the usual engine with its list, or what there is at another address. One at a time. */
  readonly open: (address?: string) => Promise<Page>;
  readonly start: (...options: string[]) => Promise<FakeWindowServer>;
  readonly close: () => Promise<void>;
}

export async function accessibilityBench(...options: string[]): Promise<AccessibilityBench> {
  const undo: (() => unknown)[] = [];
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  const start = async (...own: string[]) => {
    const server = await startFakeWindow(...own);
    undo.push(server.program.dispose);
    return server;
  };
  const { address: usual } = await start(...options);
  const kept = keepPage(browser, {
    ...{ colorScheme: 'light', reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } },
  });
  return {
    start,
    open: async (address) => {
      const page = await kept.open(address ?? usual);
      page.context().setDefaultTimeout(timeoutMs);
      if (address === undefined) await page.locator('.list-row').nth(5).waitFor();
      return page;
    },
    close: async () => {
      for (const each of undo.reverse()) await each();
    },
  };
}

/** Expects that axe finds nothing wrong in the page as it is, in the light and in the dark theme. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  expect(await violations(page, {}), state).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  const rules = { type: 'rule', values: colorRules } as const;
  expect(await violations(page, { runOnly: rules }), `${state}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const results = await page.evaluate(
    ([context, run]) =>
      (
        window as unknown as {
          axe: { run: (context: ElementContext, run: RunOptions) => Promise<AxeResults> };
        }
      ).axe.run(context, run),
    [{ exclude: [further] }, { ...options, resultTypes: ['violations'] }] satisfies [
      ElementContext,
      RunOptions,
    ],
  );
  expect(results.passes.length).toBeGreaterThan(0);
  return results.violations.flatMap(({ id, nodes }) => {
    const wrong = nodes.filter(({ html }) => id !== 'region' || !html.startsWith(menuPlace));
    return wrong.length === 0 ? [] : `${id}: ${wrong.map(({ html }) => html.slice(0, 200)).join('\n  ')}`;
  });
}

/** Runs in the page: what has the focus, and whether it, or what it stands in, looks otherwise than without. */
export function focusIndicator(): { name: string; isShown: boolean } {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: 'body', isShown: true };
  const look = (each: Element): string => {
    const style = getComputedStyle(each);
    const outline =
      style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0 ? 'none' : style.outline;
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join(' | ');
  };
  const around = [element, element.parentElement, element.parentElement?.parentElement ?? null];
  const active = element.getAttribute('aria-activedescendant');
  const pointed = active === null ? null : document.getElementById(active);
  const looked = [...around, pointed, ...element.querySelectorAll('[aria-selected=true]')].filter(
    (each) => each !== null,
  );
  const focused = looked.map(look);
  (element as HTMLElement).blur();
  const without = looked.map(look);
  (element as HTMLElement).focus();
  const isShown = focused.some((each, index) => each !== without[index]);
  const name = `${element.tagName.toLowerCase()}.${element.className} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 30)}`;
  return { name, isShown };
}
