import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../support/fake-window.ts';
import { freePort } from '../support/free-port.ts';
import { startCli } from '../support/program.ts';
import { scratchFolder } from '../support/scratch.ts';

async function serve(folder: string, listen: string, ...options: string[]) {
  const program = startCli([
    ...['serve', '--data-dir', folder, '--proxy', '127.0.0.1:0', '--listen', listen, ...options],
  ]);
  onTestFinished(program.dispose);
  const address = (await program.says(/^Open (http:\S+)$/m))[1] ?? '';
  const stop = () => {
    program.child.kill('SIGTERM');
    return program.ended();
  };
  return { address, stop };
}

it('After a new start the window is as it was: the panel, and the sessions open beside the recording', async () => {
  const folder = scratchFolder();
  // The second one listens there again.
  const listen = `127.0.0.1:${await freePort()}`;
  const first = await serve(folder, listen, '--session', path.join(folder, 'own.plumb'));
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(first.address);
  await page.getByText('Recording', { exact: true }).first().waitFor();
  // The new one is recorded into, so that the first stands beside it.
  await page.keyboard.press('Control+n');
  await page.getByRole('tab', { name: 'own' }).waitFor();
  await page.keyboard.press('Control+4');
  await page.getByRole('main', { name: 'Statistics' }).getByText('Nothing to count yet').waitFor();
  await page.close();
  await first.stop();

  const second = await serve(folder, listen);
  const again = await context.newPage();
  await again.goto(second.address);
  await again.getByRole('tab', { name: /^own.*read-only$/ }).waitFor();
  await again.getByRole('main', { name: 'Statistics' }).getByText('Nothing to count yet').waitFor();
  expect(await again.getByRole('button', { name: 'Statistics' }).getAttribute('aria-current')).toBe('page');
  await second.stop();
});
