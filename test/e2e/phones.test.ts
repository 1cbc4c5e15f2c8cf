import { beforeAll, describe, expect, it } from 'vitest';
import { runnerCommand } from '../support/phone-lab.ts';
import { startProgram } from '../support/program.ts';

interface Screens {
  readonly desktop: string;
  readonly phone: string;
}

const models = ['iOS 17.5', 'iOS 18.1', 'Android 10', 'Android 13', 'Android 14', 'Android 16'] as const;

let seen: Record<string, unknown> = {};
const screens = (step: string): Screens => seen[step] as Screens;

/** In a network of its own: the desktop program, phones beside it, and nothing else. */
beforeAll(async () => {
  const [command, args] = runnerCommand('wizard-runner.ts');
  const { stdout } = await startProgram(command, args, {}, 240_000).ended();
  seen = JSON.parse(stdout) as Record<string, unknown>;
  expect([seen['error'], seen['screens at the error']]).toEqual([undefined, undefined]);
}, 250_000);

function expectBoth(step: string, words: string): void {
  const { desktop, phone } = screens(step);
  expect(desktop).toContain(words);
  expect(phone).toContain(words);
}

describe('a phone that scans the code of the desktop program', () => {
  it('is asked for by a place that says what it is for', () => {
    expect(seen['empty']).toContain('See what a phone sends');
    expect(seen['waiting']).toContain('Wi-Fi wlan0');
  });

  it.each(models)(
    '%s comes from the code to its first encrypted request, each step left out being named',
    (name) => {
      expect(seen[`${name}: scanned`]).toMatch(/^http:\/\/192\.168\.77\.1:\d+\/pair\/[0-9A-Z]{8}$/);
      expect(screens(`${name}: no proxy`).phone).toContain(`Set up ${name}`);
      expectBoth(
        `${name}: no proxy`,
        'It came without the proxy. In the settings of its Wi-Fi, set the proxy to 192.168.77.1',
      );
      expectBoth(`${name}: not installed`, 'and has not downloaded it yet');
      expectBoth(`${name}: not trusted`, 'although it was downloaded: it is not trusted yet.');
      expectBoth(`${name}: trusted`, 'Use the app that you want to see.');
      expectBoth(`${name}: works`, 'Read: shop.test.');
      expect(screens(`${name}: works`).desktop).toContain('It works');
      expect(seen[`${name}: read`]).toEqual({
        read: 'what the app was told',
        file: name.startsWith('iOS') ? 'plumbline-ca.mobileconfig' : 'plumbline-ca.crt',
      });
    },
  );

  it('is told what its own system wants for trust', () => {
    const words = (name: string): string => screens(`${name}: not trusted`).desktop;
    expect(words('iOS 18.1')).toContain('Settings › General › About › Certificate Trust Settings');
    expect(words('Android 10')).toContain('“VPN and apps”');
    expect(words('Android 14')).toContain('Install a certificate › CA certificate');
  });
});

describe('what goes wrong is said on both screens', () => {
  it('for a device that is not paired, or gives another code', () => {
    expect(screens('not paired').phone).toContain('This device is not paired with Plumbline');
    expect(screens('not paired').desktop).toContain('192.168.77.40');
    expect(screens('wrong code').phone).toContain('That is not the code that the computer shows now');
    expect(screens('wrong code').desktop).toContain('The code it gave last was wrong');
    expect(screens('typed').phone).toContain('Set up Android 14');
    expect(screens('typed').desktop).toContain('is paired');
  });

  it('for an app that pins, one that leaves at once, and a phone in another network', () => {
    expectBoth('pinned', 'An app refuses our certificate for bank.test, while the browser takes it.');
    expectBoth('passed through', 'Read: shop.test. Passed through unread: bank.test.');
    expect(seen['passed through: read']).toBe('what the app was told');
    expectBoth('closed at once', 'It closes the connection as soon as it has seen our certificate');
    expectBoth('other network', 'It comes from 192.168.99.42, which is not the network of 192.168.77.1');
  });
});
