import { describe, expect, it, test } from 'vitest';
import { deviceChecks, type CheckedAgainst } from '../../../core/devices/device-checks.ts';
import {
  afterDeviceEvent,
  noDeviceFacts,
  refusalsMax,
  type DeviceEvent,
  type DeviceFacts,
} from '../../../core/devices/device-facts.ts';

const against: CheckedAgainst = {
  system: 'android',
  proxyHost: '192.168.1.5',
  proxyPort: 8888,
  caName: 'Plumbline CA laptop',
  otherNetwork: null,
  passesThrough: () => false,
};

const direct: DeviceEvent = { type: 'page', isThroughProxy: false };
const proxied: DeviceEvent = { type: 'page', isThroughProxy: true };
const downloaded: DeviceEvent = { type: 'certificate-downloaded' };
const took: DeviceEvent = { type: 'took-certificate' };
const read: DeviceEvent = { type: 'request', scheme: 'https', host: 'api.shop.test' };
const refuses = (host: string, how: 'unknown-ca' | 'refused' | 'closed' = 'unknown-ca'): DeviceEvent => ({
  type: 'refused-certificate',
  ...{ host, how, isPortal: host === 'plumbline.test' },
});
const probe = refuses('plumbline.test');

/** One event every ten seconds. */
function after(...events: readonly DeviceEvent[]): DeviceFacts {
  return events.reduce(
    (facts, event, at) => afterDeviceEvent(facts, event, (at + 1) * 10_000_000),
    noDeviceFacts,
  );
}

function told(facts: DeviceFacts, more: Partial<CheckedAgainst> = {}): readonly string[] {
  return deviceChecks(facts, { ...against, ...more }).map(({ state, diagnosis }) =>
    diagnosis === null ? state : `${state} ${diagnosis}`,
  );
}

describe('what is told of a device', () => {
  test.each<[string, DeviceFacts, Partial<CheckedAgainst>, readonly string[]]>([
    ['nothing but paired', after(), {}, ['done', 'open no-proxy', 'open not-tried', 'open no-request']],
    ['no proxy', after(direct), {}, ['done', 'open no-proxy', 'open not-tried', 'open no-request']],
    [
      'no proxy, but on with the next step',
      after(direct, downloaded),
      {},
      ['done', 'problem no-proxy', 'open not-tried', 'open no-request'],
    ],
    [
      'from another network',
      after(direct),
      { otherNetwork: '10.0.0.9' },
      ['problem other-network', 'open no-proxy', 'open not-tried', 'open no-request'],
    ],
    ['with the proxy', after(direct, proxied), {}, ['done', 'done', 'open not-tried', 'open no-request']],
    [
      'proxy off again',
      after(proxied, direct),
      {},
      ['done', 'problem proxy-gone', 'open not-tried', 'open no-request'],
    ],
    [
      'CA not installed',
      after(proxied, probe),
      {},
      ['done', 'done', 'problem ca-not-installed', 'open no-request'],
    ],
    [
      'installed but not trusted',
      after(proxied, downloaded, refuses('plumbline.test', 'closed')),
      { system: 'ios' },
      ['done', 'done', 'problem ca-not-trusted', 'open no-request'],
    ],
    [
      'an app refuses before anything is trusted',
      after(proxied, refuses('a.test')),
      {},
      ['done', 'done', 'problem ca-not-installed', 'open no-request'],
    ],
    [
      'refused by the system’s own traffic before it was trusted',
      after(proxied, refuses('push.test'), downloaded, took),
      {},
      ['done', 'done', 'done', 'open no-request'],
    ],
    [
      'read without having been back on the page',
      after(proxied, downloaded, probe, read, { ...read, host: 'b.test' }),
      {},
      ['done', 'done', 'done', 'done'],
    ],
    [
      'read by one app that verifies nothing',
      after(proxied, probe, read, read),
      {},
      ['done', 'done', 'problem ca-not-installed', 'done'],
    ],
    [
      'a connection made in advance',
      after(proxied, took, refuses('bank.test', 'closed')),
      {},
      ['done', 'done', 'done', 'open no-request'],
    ],
    [
      'one that closes again and again',
      after(proxied, took, ...Array<DeviceEvent>(3).fill(refuses('bank.test', 'closed'))),
      {},
      ['done', 'done', 'done', 'problem pinned'],
    ],
    [
      'HTTP/3 before it used the proxy',
      after({ type: 'around-proxy', host: 'video.test' }, direct),
      {},
      ['done', 'open no-proxy', 'open not-tried', 'open no-request'],
    ],
    ['trusted', after(proxied, downloaded, probe, took), {}, ['done', 'done', 'done', 'open no-request']],
    [
      'removed again',
      after(proxied, took, probe),
      {},
      ['done', 'done', 'problem ca-lost', 'open no-request'],
    ],
    [
      'a spare connection of one that trusts',
      after(proxied, took, refuses('plumbline.test', 'closed')),
      {},
      ['done', 'done', 'done', 'open no-request'],
    ],
    ['pinned', after(proxied, took, refuses('bank.test')), {}, ['done', 'done', 'done', 'problem pinned']],
    [
      'pinned, and passed through',
      after(proxied, took, refuses('bank.test')),
      { passesThrough: (host) => host === 'bank.test' },
      ['done', 'done', 'done', 'open no-request'],
    ],
    [
      'only plain requests',
      after(proxied, took, { type: 'request', scheme: 'http', host: 'old.test' }),
      {},
      ['done', 'done', 'done', 'open only-plain'],
    ],
    [
      'around the proxy',
      after(proxied, took, { type: 'around-proxy', host: 'video.test' }),
      {},
      ['done', 'done', 'done', 'problem around-proxy'],
    ],
    ['all of it', after(proxied, took, read), {}, ['done', 'done', 'done', 'done']],
    [
      'all of it, and one app pins',
      after(proxied, took, read, refuses('bank.test')),
      {},
      ['done', 'done', 'done', 'done pinned'],
    ],
    [
      'read after it was refused',
      after(proxied, took, refuses('api.shop.test'), read),
      {},
      ['done', 'done', 'done', 'done'],
    ],
  ])('%s', (_name, facts, more, expected) => {
    expect(told(facts, more)).toEqual(expected);
  });

  it('says which hosts could be passed through, and which are', () => {
    const facts = after(proxied, took, read, refuses('bank.test'), refuses('pay.test'));
    const passesThrough = (host: string): boolean => host === 'pay.test';
    const [, , , decrypted] = deviceChecks(facts, { ...against, passesThrough });
    expect(decrypted?.passable).toEqual(['bank.test']);
    expect(decrypted?.text).toMatch(
      /^Read: api\.shop\.test\. Passed through unread: pay\.test\. An app refuses our certificate for bank\.test,/,
    );
  });

  it('names what to do, with the names of this place', () => {
    const [, noProxy] = deviceChecks(after(direct), against);
    expect(noProxy?.text).toContain('192.168.1.5, port 8888');
    const untrusted = after(proxied, downloaded, probe);
    for (const system of [
      'ios',
      'android',
      'android-old',
      'macos',
      'windows',
      'firefox',
      'linux',
      null,
    ] as const) {
      const text = deviceChecks(untrusted, { ...against, system })[2]?.text ?? '';
      expect(text).toMatch(
        /^It refuses our certificate as one of an unknown authority, although it was downloaded/,
      );
    }
    expect(deviceChecks(untrusted, { ...against, system: 'ios' })[2]?.text).toContain(
      'Certificate Trust Settings',
    );
  });

  it('remembers few hosts that were refused, the newest first', () => {
    const hosts = Array.from({ length: 20 }, (_, at) => `h${at}.test`);
    const { refusals } = after(proxied, took, ...hosts.map((host) => refuses(host)));
    expect(refusals).toHaveLength(refusalsMax);
    expect(refusals[0]?.host).toBe('h19.test');
    const [, , , check] = deviceChecks(after(proxied, took, ...hosts.map((host) => refuses(host))), against);
    expect(check?.text).toContain('h19.test, h18.test, h17.test and 5 more');
  });
});
