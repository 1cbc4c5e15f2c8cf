/** A phone for the tests: Chromium with a phone's user agent in a network, and with a store of authorities, of its own. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import type { Phone } from './phone-lab.ts';

export interface SimulatedPhone {
  readonly phone: Phone;
  readonly page: () => Page;
  /** What a person does in the settings of the Wi-Fi: `host:port`, or null for none. The browser begins anew. */
  readonly setProxy: (proxy: string | null) => Promise<Page>;
  /** A certificate file or a configuration profile is installed, without being trusted. */
  readonly install: (file: string) => void;
  /** The switch of full trust, or the choice “CA certificate”. */
  readonly trust: () => void;
  readonly close: () => Promise<void>;
}

/** The certificate within a configuration profile, as Base64. */
const certificateOfProfile = `
import base64, plistlib, sys
payloads = plistlib.load(open(sys.argv[1], 'rb'))['PayloadContent']
print(base64.b64encode(payloads[0]['PayloadContent']).decode())`;

export function simulatePhone(phone: Phone, folder: string, userAgent: string): SimulatedPhone {
  const home = path.join(folder, phone.address);
  const store = path.join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  const certutil = (...args: readonly string[]): void => {
    execFileSync('certutil', ['-d', `sql:${store}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  certutil('-N', '--empty-password');
  const wrapper = path.join(home, 'chromium');
  writeFileSync(
    wrapper,
    `#!/bin/sh\nexec nsenter -t ${phone.pid} -n env HOME=${home} /usr/bin/chromium "$@"\n`,
  );
  chmodSync(wrapper, 0o755);
  let context: BrowserContext | null = null;
  let shown: Page | null = null;
  const close = async (): Promise<void> => {
    await context?.close();
    context = null;
  };
  return {
    phone,
    page: () => {
      if (shown === null) throw new Error('The browser is not open.');
      return shown;
    },
    setProxy: async (proxy) => {
      await close();
      context = await chromium.launchPersistentContext(path.join(home, 'profile'), {
        executablePath: wrapper,
        args: [
          ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
          ...['--disable-background-networking', '--disable-component-update'],
          ...(proxy === null ? ['--no-proxy-server'] : [`--proxy-server=${proxy}`]),
        ],
        userAgent,
        viewport: { width: 390, height: 844 },
        acceptDownloads: true,
      });
      shown = context.pages()[0] ?? (await context.newPage());
      shown.setDefaultTimeout(20_000);
      return shown;
    },
    install: (file) => {
      const certificate = path.join(home, 'installed.crt');
      const from = file.endsWith('.mobileconfig')
        ? Buffer.from(execFileSync('python3', ['-c', certificateOfProfile, file]).toString(), 'base64')
        : execFileSync('cat', [file]);
      writeFileSync(certificate, from);
      certutil('-A', '-n', 'installed', '-t', ',,', '-i', certificate);
    },
    trust: () => {
      certutil('-M', '-n', 'installed', '-t', 'C,,');
    },
    close,
  };
}
