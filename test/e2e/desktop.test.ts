import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktopPlace, openDesktop, proxyOf, type DesktopPlace } from '../support/desktop.ts';
import { startDisplay, type Display } from '../support/display.ts';
import { runCurl } from '../support/program.ts';
import { startWebOrigin, type WebOrigin } from '../support/web-origin.ts';

let display: Display | null;
let origin: WebOrigin;

beforeAll(async () => {
  [display, origin] = await Promise.all([startDisplay(), startWebOrigin()]);
});
afterAll(async () => {
  display?.stop();
  await origin.close();
});

const place = () => desktopPlace(origin.caPem);
const open = (where: DesktopPlace) => openDesktop(where, display);

function row(window: Page, urlPath: string) {
  return window.locator('.list-row', { has: window.getByText(urlPath, { exact: true }) });
}

/** The process that does the work, as Electron itself counts its processes. */
function enginePid(app: ElectronApplication): Promise<number | undefined> {
  return app.evaluate(
    (electron) =>
      electron.app
        .getAppMetrics()
        .find(({ type, name, serviceName }) =>
          type === 'Utility' ? name === 'Plumbline engine' || serviceName === 'Plumbline engine' : false,
        )?.pid,
  );
}

/** Whether the proxy answers again; its own page for a destination that cannot be dialled is an answer. */
async function reaches(proxy: string): Promise<boolean> {
  return (await runCurl(['-x', proxy, `${proxy}/`])).code === 0;
}

async function askBoth(proxy: string, dataDir: string, tail: string): Promise<void> {
  const ca = path.join(dataDir, 'certificates', 'plumbline-ca.pem');
  const plain = await runCurl(['-x', proxy, `${origin.http}/plain${tail}`]);
  expect(plain).toMatchObject({ code: 0, stdout: `You asked for /plain${tail}`, stderr: '' });
  const secure = await runCurl(['-x', proxy, '--cacert', ca, `${origin.https}/secure${tail}`]);
  expect(secure).toMatchObject({ code: 0, stdout: `You asked for /secure${tail}`, stderr: '' });
}

describe('the desktop program', () => {
  it('records HTTP and HTTPS, shows headers and body, and shows the rows again after a new start', async () => {
    const where = place();
    const first = await open(where);
    await askBoth(await proxyOf(first.window), where.dataDir, '-1');
    for (const name of ['plain', 'secure']) {
      await row(first.window, `/${name}-1`).click();
      await first.window.getByRole('tab', { name: 'Headers' }).click();
      const detail = first.window.locator('#detail-body');
      await detail.getByText(`GET /${name}-1 HTTP/1.1`, { exact: true }).waitFor();
      await detail.getByText('web-origin', { exact: true }).waitFor();
      await first.window.getByRole('tab', { name: 'Body' }).click();
      await detail.getByText(`You asked for /${name}-1`).waitFor();
    }
    await first.quit();

    const second = await open(where);
    for (const name of ['plain', 'secure']) await row(second.window, `/${name}-1`).waitFor();
    await row(second.window, '/secure-1').click();
    await second.window.getByRole('tab', { name: 'Body' }).click();
    await second.window.locator('#detail-body').getByText('You asked for /secure-1').waitFor();
    await second.quit();
  });

  it('gets over the death of its engine: old rows stay, new ones come, on the same address', async () => {
    const where = place();
    const { app, window, quit } = await open(where);
    const proxy = await proxyOf(window);
    await askBoth(proxy, where.dataDir, '-before');
    await row(window, '/secure-before').waitFor();
    const before = await enginePid(app);
    if (before === undefined) throw new Error('Electron lists no engine process.');

    process.kill(before, 'SIGKILL');
    await expect.poll(() => enginePid(app), { timeout: 20_000 }).not.toBeOneOf([before, undefined]);
    await window.getByText('Recording', { exact: true }).waitFor();
    await expect.poll(() => reaches(proxy), { timeout: 20_000 }).toBe(true);

    expect(await proxyOf(window)).toBe(proxy);
    for (const name of ['plain', 'secure']) await row(window, `/${name}-before`).waitFor();
    await askBoth(proxy, where.dataDir, '-after');
    for (const name of ['plain', 'secure']) await row(window, `/${name}-after`).waitFor();
    await row(window, '/plain-before').click();
    await window.getByRole('tab', { name: 'Body' }).click();
    await window.locator('#detail-body').getByText('You asked for /plain-before').waitFor();
    await quit();
  });

  it('imports a file by its contents, and shows an exchange of it in a window of its own', async () => {
    const { app, window, quit } = await open(place());
    await proxyOf(window);
    const har = readFileSync(new URL('../fixtures/chrome.har', import.meta.url), 'utf8');
    await window.evaluate((content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], 'chrome.har'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, har);
    await window.getByText('4 exchanges imported from “chrome.har”', { exact: false }).waitFor();
    await row(window, '/app.js').dblclick();
    const opened = app.waitForEvent('window');
    await window.getByRole('button', { name: 'Open in a window of its own' }).click();
    const alone = await opened;
    await alone.getByRole('tab', { name: 'Headers' }).click();
    await alone.locator('#detail-body').getByText('/app.js', { exact: false }).first().waitFor();
    expect(await alone.getByRole('navigation', { name: 'Places' }).count()).toBe(0);
    await quit();
  });

  it('asks where to write and which session to open with the dialogs of the system', async () => {
    const where = place();
    const { app, window, quit } = await open(where);
    await askBoth(await proxyOf(window), where.dataDir, '-dialog');
    await row(window, '/secure-dialog').waitFor();
    const copy = path.join(path.dirname(where.session), 'copy.plumb');
    const har = path.join(path.dirname(where.session), 'shown.har');
    writeFileSync(har, 'to be replaced');
    const choose = (answer: { canceled: boolean; filePath: string }) =>
      app.evaluate((electron, chosen) => {
        electron.dialog.showSaveDialog = () => Promise.resolve(chosen);
      }, answer);

    await choose({ canceled: false, filePath: har });
    await window.keyboard.press('Control+Shift+E');
    await window.getByRole('button', { name: 'Choose …' }).click();
    await expect.poll(() => window.getByLabel('Write to').inputValue()).toBe(har);
    await window.getByRole('button', { name: 'Export', exact: true }).click();
    await window.getByText(`exported to ${har}`).waitFor();
    expect(readFileSync(har, 'utf8')).toContain('/secure-dialog');

    const sessions = window.getByRole('dialog', { name: 'Sessions' });
    await window.keyboard.press('Control+o');
    await choose({ canceled: true, filePath: '' });
    const before = await sessions.getByLabel('Path of the copy').inputValue();
    await sessions.getByRole('button', { name: 'Choose …' }).last().click();
    expect(await sessions.getByLabel('Path of the copy').inputValue()).toBe(before);
    await choose({ canceled: false, filePath: copy });
    await sessions.getByRole('button', { name: 'Choose …' }).last().click();
    await expect.poll(() => sessions.getByLabel('Path of the copy').inputValue()).toBe(copy);
    await sessions.getByRole('button', { name: 'Save', exact: true }).click();
    await window.getByText(`saved as ${copy}`).waitFor();

    await window.keyboard.press('Control+o');
    await sessions.getByLabel('Session to open').setInputFiles(copy);
    await window.getByRole('tab', { name: 'copy' }).waitFor();
    await quit();
  });
});
