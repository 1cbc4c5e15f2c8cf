/**
 * Phones go through the wizard of the desktop program, as its window and their own browser lead them: started in a namespace of its own, it prints what both
 * screens said as one JSON line. `PLUMBLINE_SHOTS` names a folder for pictures of every step.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type Page } from 'playwright-core';
import { testElectron } from '../../build/electron-for-tests.ts';
import { createTestAuthority } from './certificates.ts';
import { startDisplay } from './display.ts';
import { makeNetwork, makePhone, type Phone } from './phone-lab.ts';
import { root } from './program.ts';
import { readQrOnScreen } from './read-qr.ts';
import { simulatePhone, type SimulatedPhone } from './simulated-phone.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-wizard-'));
const shots = process.env['PLUMBLINE_SHOTS'];
const seen: Record<string, unknown> = {};
const closing: (() => unknown)[] = [];
/** For the words of a failure: what both screens show. */
const screens: (() => Promise<string>)[] = [];

const safari = (version: string): string =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${version} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`;
const chrome = (system: string): string =>
  `Mozilla/5.0 (Linux; ${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36`;

const models = [
  { name: 'iOS 17.5', userAgent: safari('17_5') },
  { name: 'iOS 18.1', userAgent: safari('18_1') },
  { name: 'Android 10', userAgent: chrome('Android 10; SM-G960F') },
  { name: 'Android 13', userAgent: chrome('Android 13; Pixel 7') },
  { name: 'Android 14', userAgent: chrome('Android 14; Pixel 8') },
  { name: 'Android 16', userAgent: chrome('Android 16; Pixel 10') },
] as const;

/** An app that ends the connection as soon as it has seen the certificate. */
const leavesAtOnce = `
  import { connect } from 'node:net'; import { connect as secure } from 'node:tls';
  const [host, port, name] = process.argv.slice(1);
  const socket = connect(Number(port), host);
  socket.write('CONNECT ' + name + ':443 HTTP/1.1\\r\\nHost: ' + name + '\\r\\n\\r\\n');
  socket.once('data', () => {
    const tls = secure({ socket, servername: name, rejectUnauthorized: false }, () => tls.destroy());
    tls.on('error', () => undefined);
  });`;

/** Both screens at one step. */
async function look(step: string, desktop: Page, phone: Page): Promise<void> {
  const phoneSays = await phone.locator('main').innerText();
  seen[step] = {
    desktop: await desktop.getByRole('main', { name: 'Devices' }).innerText(),
    phone: phoneSays,
  };
  await shoot(step, desktop, phone);
}

async function shoot(step: string, desktop: Page, phone: Page): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  const name = step.replaceAll(/\W+/g, '-');
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [screen, page] of Object.entries({ desktop, phone })) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(shots, `${name}-${screen}-${colorScheme}.png`) });
    }
  }
  for (const page of [desktop, phone]) await page.emulateMedia({ colorScheme: 'light' });
}

const state = (page: Page, title: string, wanted: RegExp): Promise<void> =>
  page.locator('#checks li', { hasText: title }).filter({ hasText: wanted }).waitFor();
const done = (page: Page, title: string): Promise<void> =>
  page.locator('#checks li.done', { hasText: title }).waitFor();
const told = (desktop: Page, wanted: RegExp): Promise<void> =>
  desktop.getByRole('list', { name: 'Set-up' }).getByText(wanted).waitFor();

/** What the portal tells to enter as the proxy, from the picture of the phone's settings. */
async function proxyOnPage(page: Page): Promise<string> {
  const [host = '', port = ''] = await page.locator('svg.screen').first().locator('.value').allTextContents();
  return `${host}:${port}`;
}

async function download(page: Page): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.steps a.button').first().click(),
  ]);
  const saved = path.join(folder, `${Object.keys(seen).length}-${file.suggestedFilename()}`);
  await file.saveAs(saved);
  return saved;
}

async function walk(
  name: string,
  phone: SimulatedPhone,
  desktop: Page,
  url: string,
  secret: string,
): Promise<void> {
  const direct = await phone.setProxy(null);
  await direct.goto(url);
  await state(direct, 'Uses the proxy', /came without the proxy/);
  await told(desktop, /came without the proxy/);
  await look(`${name}: no proxy`, desktop, direct);
  const proxy = await proxyOnPage(direct);

  const refusing = await phone.setProxy(proxy);
  await refusing.goto('http://plumbline.test/');
  await state(refusing, 'Trusts the certificate', /has not downloaded it yet/);
  await told(desktop, /has not downloaded it yet/);
  await look(`${name}: not installed`, desktop, refusing);
  const file = await download(refusing);
  phone.install(file);

  const untrusting = await phone.setProxy(proxy);
  await untrusting.goto('http://plumbline.test/');
  await state(untrusting, 'Trusts the certificate', /it is not trusted yet/);
  await told(desktop, /it is not trusted yet/);
  await look(`${name}: not trusted`, desktop, untrusting);
  phone.trust();

  const trusting = await phone.setProxy(proxy);
  await trusting.goto('http://plumbline.test/');
  await done(trusting, 'Trusts the certificate');
  await desktop.locator('.check-list li.done', { hasText: 'Trusts the certificate' }).waitFor();
  await look(`${name}: trusted`, desktop, trusting);

  const app = await trusting.context().newPage();
  await app.goto(secret);
  const read = await app.locator('body').innerText();
  await done(trusting, 'First encrypted request read');
  await desktop.getByRole('heading', { name: 'It works' }).waitFor();
  await look(`${name}: works`, desktop, trusting);
  seen[`${name}: read`] = { read, file: path.basename(file).replace(/^\d+-/, '') };
  await app.close();
}

async function main(): Promise<void> {
  makeNetwork();
  const authority = await createTestAuthority();
  const leaf = await authority.pemFor(['shop.test', 'bank.test']);
  const secure = createSecureServer(leaf, (_request, response) => response.end('what the app was told'));
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const { port } = secure.address() as AddressInfo;
  const caFile = path.join(folder, 'upstream.pem');
  writeFileSync(caFile, authority.certificatePem);
  const dataDir = path.join(folder, 'data');
  mkdirSync(dataDir);
  const hosts = ['shop.test', 'bank.test'].map((host) => ({ host, address: '127.0.0.1', port: null }));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ hosts }));

  const display = await startDisplay();
  closing.push(() => display?.stop());
  const { executable, args, env } = testElectron();
  const app = await _electron.launch({
    executablePath: executable,
    args: [...args, root, '--data-dir', dataDir, '--proxy', '127.0.0.1:0', '--upstream-ca', caFile],
    env: {
      ...(process.env as Record<string, string>),
      ...env,
      ...(display === null ? {} : { DISPLAY: display.name }),
    },
  });
  const shell = app.process();
  closing.push(() => shell.kill('SIGKILL'));
  const desktop = await app.firstWindow();
  desktop.setDefaultTimeout(20_000);
  await desktop.getByRole('button', { name: 'Devices', exact: true }).click();
  const place = desktop.getByRole('main', { name: 'Devices' });
  screens.push(() => place.innerText());
  await place.getByText('See what a phone sends').waitFor();
  seen['empty'] = await place.innerText();
  await place.getByRole('button', { name: 'Add a phone' }).first().click();
  const code = place.getByRole('img', { name: /^QR code/ });
  await code.waitFor();
  await place.getByText('What comes next').waitFor();
  seen['waiting'] = await place.innerText();

  const add = (phone: Phone, userAgent: string): SimulatedPhone => {
    const simulated = simulatePhone(phone, folder, userAgent);
    closing.push(phone.close, simulated.close);
    screens.push(
      async () => `${simulated.page().url()} ${await simulated.page().locator('main').innerText()}`,
    );
    return simulated;
  };
  const secret = `https://shop.test:${port}/`;
  let last: SimulatedPhone | null = null;
  for (const [at, { name, userAgent }] of models.entries()) {
    const url = (await readQrOnScreen(code)) ?? '';
    seen[`${name}: scanned`] = url;
    const phone = add(await makePhone(20 + at), userAgent);
    await walk(name, phone, desktop, url, secret);
    await place.getByRole('button', { name: 'Add another' }).click();
    await desktop.getByRole('heading', { name: 'What comes next' }).waitFor();
    await last?.close();
    last = phone;
  }

  // Who comes without scanning is told how to pair, and seen at the computer; the code can be typed.
  const url = new URL((await readQrOnScreen(code)) ?? '');
  const stranger = add(await makePhone(40), chrome('Android 14; Pixel 8'));
  const strange = await stranger.setProxy(null);
  await strange.goto(url.origin);
  await place.getByText(/192\.168\.77\.40/).waitFor();
  await look('not paired', desktop, strange);
  await strange.getByLabel('Code').fill('0000-0000');
  await strange.getByRole('button', { name: 'Pair' }).click();
  await strange.getByRole('alert').waitFor();
  await place.getByText(/The code it gave last was wrong/).waitFor();
  await look('wrong code', desktop, strange);
  await strange.getByLabel('Code').fill(await place.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/).innerText());
  await strange.getByRole('button', { name: 'Pair' }).click();
  await strange.getByRole('heading', { name: 'Set up Android 14' }).waitFor();
  await desktop.getByRole('heading', { name: /is paired$/ }).waitFor();
  await look('typed', desktop, strange);

  // An app that only accepts its own certificate, on a phone whose browser is fine.
  if (last === null) throw new Error('No phone.');
  await place.getByRole('button', { name: 'Finish later' }).click();
  await place.getByRole('option', { name: /^Pixel 10/ }).click();
  const proxy = url.host;
  await last.phone.run('curl', '-q', '-s', '-x', `http://${proxy}`, `https://bank.test:${port}/`);
  await told(desktop, /refuses our certificate for bank\.test/);
  await state(last.page(), 'First encrypted request read', /bank\.test/);
  await look('pinned', desktop, last.page());
  await place.getByRole('button', { name: 'Pass bank.test through' }).click();
  await told(desktop, /Passed through unread: bank\.test/);
  await state(last.page(), 'First encrypted request read', /Passed through unread: bank\.test/);
  await look('passed through', desktop, last.page());
  const { output } = await last.phone.run(
    ...['curl', '-q', '-s', '--cacert', caFile, '-x', `http://${proxy}`, `https://bank.test:${port}/`],
  );
  seen['passed through: read'] = output;

  // One that leaves as soon as it has seen the certificate: an iPhone before full trust.
  await place.getByRole('button', { name: 'Add a phone' }).first().click();
  const leaver = add(await makePhone(41), safari('18_1'));
  const left = await leaver.setProxy(null);
  await left.goto((await readQrOnScreen(code)) ?? '');
  await download(left);
  await leaver.phone.run(
    ...[process.execPath, '--input-type=module', '-e', leavesAtOnce],
    ...[url.hostname, url.port, 'plumbline.test'],
  );
  await told(desktop, /closes the connection as soon as it has seen our certificate/);
  await state(left, 'Trusts the certificate', /closes the connection/);
  await look('closed at once', desktop, left);

  // From another network than the one that was chosen.
  await place.getByRole('button', { name: 'Add another' }).click();
  for (const command of [
    'link add guest0 type bridge',
    'addr add 192.168.99.1/24 dev guest0',
    'link set guest0 up',
  ])
    execFileSync('ip', command.split(' '));
  const guest = add(await makePhone(42, { bridge: 'guest0', network: '192.168.99' }), safari('17_5'));
  const elsewhere = await guest.setProxy(null);
  await elsewhere.goto((await readQrOnScreen(code)) ?? '');
  await told(desktop, /which is not the network of/);
  await look('other network', desktop, elsewhere);
  await app.close();
}

try {
  await main();
} catch (error) {
  seen['error'] = error instanceof Error ? (error.stack ?? error.message) : String(error);
  seen['screens at the error'] = await Promise.all(screens.map((read) => read().catch(String)));
}
for (const close of closing.reverse()) await Promise.resolve(close()).catch(() => undefined);
rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);
