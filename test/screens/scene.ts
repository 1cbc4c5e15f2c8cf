import type { Page } from 'playwright-core';
import type { FakeWindowServer } from '../support/fake-window.ts';

/** One screen in one state. */
export interface Scene {
  /** Also the name of its pictures. */
  readonly name: string;
  /** Options of the fake engine. */
  readonly engine: readonly string[];
  /** It changes its session or stops its engine, so that no other scene may share it. */
  readonly alone?: true;
  /** Brings the window into the state; the picture is of the page it returns, else of the same one. */
  readonly show: (page: Page, server: FakeWindowServer) => Promise<Page | undefined>;
}

const full = ['--exchanges', '3000'];

export function scene(
  name: string,
  show: (page: Page, server: FakeWindowServer) => Promise<unknown>,
  engine: readonly string[] = full,
): Scene {
  return {
    name,
    engine,
    show: async (page, server) => {
      await show(page, server);
      return undefined;
    },
  };
}

/** A scene of the list with its rows. */
export function listScene(name: string, show: (page: Page) => Promise<unknown>): Scene {
  return scene(name, async (page) => {
    await page.locator('.list-row').first().waitFor();
    await show(page);
  });
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Shows only what matches, and waits until it does. */
export async function filterBy(page: Page, text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Filter' }).fill(text);
  await press(page, 'Enter');
  // What was shown before stays until the engine has answered.
  await page.getByText(/^(?!3,000)[0-9,]+ of 3,000 exchanges/).waitFor();
}

/** Opens the details of the first row that matches. */
export async function openFirst(page: Page, filter: string, tab: string): Promise<void> {
  await page.locator('.list-row').first().waitFor();
  if (filter !== '') await filterBy(page, filter);
  await page.getByRole('grid').focus();
  await press(page, 'Home', 'Enter');
  await page.getByRole('tab', { name: tab }).click();
}
