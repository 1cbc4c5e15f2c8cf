import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { deviceChecks } from '../../../core/devices/device-checks.ts';
import { noDeviceFacts } from '../../../core/devices/device-facts.ts';
import { mobileconfig } from '../../../core/portal/mobileconfig.ts';
import { pacFile } from '../../../core/portal/pac-file.ts';
import { pairingPage } from '../../../core/portal/pairing-page.ts';
import { portalPlatformOf, portalSystems } from '../../../core/portal/portal-platform.ts';
import type { PortalFacts } from '../../../core/portal/portal-files.ts';
import {
  answerPortal,
  isPortalPath,
  type PortalAnswer,
  type PortalRequest,
} from '../../../core/portal/portal.ts';

const facts: PortalFacts = {
  caName: 'Plumbline CA laptop 1f2e3d',
  certificatePem: '-----BEGIN CERTIFICATE-----\nAAEC\nAwQF\n-----END CERTIFICATE-----\n',
  fingerprintSha256: Array.from({ length: 32 }, (_, at) => (at + 160).toString(16).toUpperCase()).join(':'),
  fingerprintSha1: Array.from({ length: 20 }, (_, at) => (at + 32).toString(16).toUpperCase()).join(':'),
  proxyHost: '192.168.1.5',
  proxyPort: 8888,
};

const safari = (os: string, device = 'iPhone'): string =>
  `Mozilla/5.0 (${device}; CPU ${device === 'iPad' ? 'OS' : 'iPhone OS'} ${os} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`;
const chrome = (platform: string): string =>
  `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36`;

function ask(path: string, more: Partial<PortalRequest> = {}): PortalAnswer {
  return answerPortal(
    { method: 'GET', path, userAgent: '', isThroughProxy: true, lacksPassword: false, device: null, ...more },
    facts,
  );
}

function text({ body }: PortalAnswer): string {
  return 'text' in body ? body.text : Buffer.from(body.base64, 'base64').toString('latin1');
}

describe('which steps a browser is shown', () => {
  test.each([
    [safari('17_5_1'), 'ios', 'iOS 17.5', 17],
    [safari('18_0'), 'ios', 'iOS 18', 18],
    [safari('17_5', 'iPad'), 'ios', 'iPadOS 17.5', 17],
    [chrome('Linux; Android 10; K'), 'android', 'Android', null],
    [chrome('Linux; Android 10; SM-G960F'), 'android-old', 'Android 10', 10],
    [chrome('Linux; Android 13; Pixel 7 Build/TQ3A'), 'android', 'Android 13', 13],
    [chrome('Linux; Android 16; Pixel 10'), 'android', 'Android 16', 16],
    ['Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0', 'android', 'Android 14', 14],
    [chrome('Windows NT 10.0; Win64; x64'), 'windows', 'Windows', null],
    [chrome('Macintosh; Intel Mac OS X 10_15_7'), 'macos', 'macOS', null],
    [chrome('X11; CrOS x86_64 14541.0.0'), 'chromeos', 'ChromeOS', null],
    [chrome('X11; Linux x86_64'), 'linux', 'Linux', null],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'firefox', 'Firefox', null],
  ])('%s', (userAgent, system, name, version) => {
    expect(portalPlatformOf(userAgent)).toEqual({ system, name, version, isOtherBrowser: false });
  });

  it('tells a browser of iOS that cannot install profiles', () => {
    const other = safari('18_0').replace('Version/17.5', 'CriOS/131.0.6778.73');
    expect(portalPlatformOf(other)).toMatchObject({ system: 'ios', isOtherBrowser: true });
    expect(text(ask('/', { userAgent: other }))).toContain('<b>Safari</b>');
  });

  it('lets those choose that tell nothing, and all choose another one', () => {
    expect(portalPlatformOf('curl/8.5.0')).toBeNull();
    const page = text(ask('/', { userAgent: 'curl/8.5.0' }));
    expect(page).toContain('What is this device?');
    for (const system of portalSystems) {
      expect(page).toContain(`href="/?for=${system}"`);
      expect(text(ask(`/?for=${system}`))).toContain('<h2>Steps</h2>');
    }
  });

  it('leaves the proxy’s step out once the page comes through it', () => {
    const userAgent = safari('17_5');
    expect(text(ask('/', { userAgent }))).not.toContain('Configure Proxy</b>\n');
    const direct = text(ask('/', { userAgent, isThroughProxy: false }));
    expect(direct).toContain('Send Wi-Fi through Plumbline');
    expect(direct).toContain('192.168.1.5');
    expect(direct).toContain('http://plumbline.test');
    expect(text(ask('/', { userAgent }))).not.toContain('Send Wi-Fi through Plumbline');
  });

  it('says of the steps for another device that they are, with the one for the proxy', () => {
    const desktop = chrome('X11; Linux x86_64');
    const page = text(ask('/?for=ios', { userAgent: desktop }));
    expect(page).toContain('Open this page there to see how far it is.');
    expect(page).toContain('Send Wi-Fi through Plumbline');
    expect(page).not.toContain('It uses the proxy.');
    const request = {
      method: 'GET',
      path: '/?for=ios',
      userAgent: desktop,
      isThroughProxy: true,
      lacksPassword: false,
      device: null,
    };
    expect(text(answerPortal(request, { ...facts, proxyHost: '127.0.0.1' }))).toContain(
      'which only this computer reaches',
    );
    expect(text(ask('/?for=firefox', { userAgent: desktop }))).toContain('It uses the proxy.');
    expect(text(ask('/', { userAgent: chrome('Macintosh; Intel Mac OS X 10_15_7') }))).toContain(
      'href="/?for=ios"',
    );
  });

  it('says when the proxy wants a password that it was not given', () => {
    expect(text(ask('/', { userAgent: safari('18_1'), lacksPassword: true }))).toContain(
      'a user name and a password',
    );
  });

  it('names the switch that is missed most', () => {
    expect(text(ask('/', { userAgent: safari('18_1') }))).toContain('Certificate Trust Settings');
  });
});

describe('what the portal gives away', () => {
  it('is the certificate in every form, which says what it is', () => {
    expect(ask('/plumbline-ca.crt')).toMatchObject({
      contentType: 'application/x-x509-ca-cert',
      fileName: 'plumbline-ca.crt',
      body: { base64: 'AAECAwQF' },
    });
    expect(text(ask('/plumbline-ca.pem'))).toBe(facts.certificatePem);
    expect(ask('/plumbline-ca.mobileconfig').contentType).toBe('application/x-apple-aspen-config');
    expect(text(ask('/network_security_config.xml'))).toContain('<certificates src="user" />');
  });

  it('is less than 100 KB in all', () => {
    for (const system of portalSystems) {
      expect(text(ask(`/?for=${system}`, { isThroughProxy: false })).length).toBeLessThan(30_000);
    }
  });

  it('is only read', () => {
    expect(ask('/', { method: 'POST' }).status).toBe(405);
    expect(ask('/nothing').status).toBe(404);
    expect([isPortalPath('/?for=ios'), isPortalPath('/proxy.pac'), isPortalPath('/x')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('never has anything in it that a request brought along, nor a script', () => {
    const odd = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('/?for=<script>'));
    fc.assert(
      fc.property(odd, odd, fc.constantFrom('GET', 'HEAD', 'POST', '<b>'), (path, userAgent, method) => {
        const answer = ask(path.startsWith('/') ? path : `/${path}`, {
          userAgent: `${userAgent}ZqX<i>`,
          method,
        });
        expect([200, 404, 405]).toContain(answer.status);
        const page = text(answer);
        expect(page).not.toContain('ZqX');
        expect(page).not.toMatch(/<script|javascript:|\son\w+=/i);
      }),
      { numRuns: 10_000 },
    );
  });

  it('stays one page whatever the CA is called', () => {
    const caName = '"><script>alert(1)</script>" $(rm -rf ~) `id` \u0000\u202e';
    for (const system of portalSystems) {
      const answer = answerPortal(
        {
          method: 'GET',
          path: `/?for=${system}`,
          userAgent: '',
          isThroughProxy: false,
          lacksPassword: false,
          device: null,
        },
        { ...facts, caName },
      );
      const page = text(answer);
      expect(page).not.toContain('<script');
      for (const [, command] of page.matchAll(/<pre[^>]*>([^<]*)<\/pre>/g)) {
        expect(command).not.toMatch(/\$\(rm|`/);
      }
    }
  });
});

describe('the PAC file', () => {
  const find = (pac: string, host: string): unknown =>
    runInNewContext(`${pac};FindProxyForURL(${JSON.stringify(`http://${host}/`)}, ${JSON.stringify(host)})`, {
      isPlainHostName: (name: string) => !name.includes('.') && !name.includes(':'),
    });

  it('sends names with a dot through the proxy, and goes on without it', () => {
    const pac = pacFile('192.168.1.5', 8888);
    expect(find(pac, 'example.com')).toBe('PROXY 192.168.1.5:8888; DIRECT');
    expect(find(pac, 'localhost')).toBe('DIRECT');
    expect(find(pac, '127.0.0.1')).toBe('DIRECT');
    expect(find(pacFile('fe80::1', 1), 'example.com')).toBe('PROXY [fe80::1]:1; DIRECT');
  });

  it('is a file of its own whatever the address is', () => {
    expect(find(pacFile("x'; while(1); '", 1), 'example.com')).toBe('PROXY xwhile1:1; DIRECT');
  });
});

test('the profile keeps its identity when it is made again, so that it replaces itself', () => {
  const one = mobileconfig({ ...facts, wifi: null });
  expect(mobileconfig({ ...facts, wifi: null, caName: 'Office <5> & "co"\u0000' })).toContain(
    '<string>Office &#60;5&#62; &#38; &#34;co&#34;</string>',
  );
  expect(mobileconfig({ ...facts, wifi: null })).toBe(one);
  const wifi = { ssid: 'Lab <1>', isOpen: false, host: '192.168.1.5', port: 8888 };
  const both = one + mobileconfig({ ...facts, wifi });
  const uuids = both.match(/[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/g) ?? [];
  expect(new Set(uuids).size).toBe(4);
  expect(uuids.every((uuid) => /^.{14}8.{4}A/.test(uuid))).toBe(true);
});

test('the profile with a Wi-Fi is made of the name that is typed', () => {
  const profile = (query: string): PortalAnswer => ask(`/plumbline-wifi.mobileconfig?${query}`);
  const typed = text(profile('ssid=Caf%C3%A9+%26+Bar'));
  expect(typed).toContain('<string>Café &#38; Bar</string>');
  expect(typed).toContain('<key>ProxyServerPort</key>\n<integer>8888</integer>');
  expect(typed).toContain('<key>EncryptionType</key>\n<string>Any</string>');
  expect(text(profile('ssid=x&open=1'))).toContain('<key>EncryptionType</key>\n<string>None</string>');
  for (const query of ['', 'ssid=', 'ssid=+', `ssid=${'x'.repeat(33)}`, `ssid=${'%C3%A9'.repeat(17)}`])
    expect(profile(query)).toMatchObject({ status: 400, fileName: null });
  expect(text(ask('/', { userAgent: safari('18_0'), isThroughProxy: false }))).toContain('name="ssid"');
});

describe('a device that is paired, or not', () => {
  const checks = deviceChecks(noDeviceFacts, {
    ...{
      system: 'android',
      proxyHost: '192.168.1.5',
      proxyPort: 8888,
      caName: 'CA',
      otherNetwork: null,
      passesThrough: () => false,
    },
  } as const);
  const device = { name: '"><b>Pixel', checks };

  it('sees its checks on the page, and its script asks for them again', () => {
    const page = text(ask('/', { device }));
    expect(page).toContain('&#34;&#62;&#60;b&#62;Pixel');
    for (const { title } of checks) expect(page).toContain(title);
    expect(page).toContain('<script src="/checks.js"></script>');
    expect(page).toContain('src="https://plumbline.test/trusted.svg"');
    expect(page).toContain('<noscript>');
    expect(JSON.parse(text(ask('/status.json', { device })))).toEqual({ checks });
    expect(JSON.parse(text(ask('/status.json')))).toEqual({ checks: null });
    expect(text(ask('/'))).not.toContain('<script');
    expect(text(ask('/checks.js'))).toContain('/status.json');
    const size = ['/', '/checks.js', '/trusted.svg', '/status.json'].reduce(
      (sum, path) => sum + text(ask(path, { device })).length,
      0,
    );
    expect(size).toBeLessThan(100_000);
  });

  it('is sent to the page behind its code', () => {
    expect(ask('/pair/K7QM2XWD', { device })).toMatchObject({ status: 303, location: '/' });
    expect(isPortalPath('/pair/K7QM2XWD')).toBe(true);
    expect(isPortalPath('/pair?code=1')).toBe(true);
  });

  it('is told how to pair and nothing else', () => {
    for (const reason of ['no-code', 'wrong-code', 'not-open', 'too-often', 'too-many-devices'] as const) {
      const page = pairingPage(reason, true);
      expect(page).toContain('action="/pair"');
      expect(pairingPage(reason, false)).toContain('action="http://plumbline.test/pair"');
      expect(page).toContain('Pair this device');
      expect(page).not.toMatch(/<script|https?:|SHA-256|192\.168/);
      expect(page.includes('role="alert"')).toBe(reason !== 'no-code');
    }
  });
});
