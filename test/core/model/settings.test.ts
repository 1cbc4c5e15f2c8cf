import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeSettings,
  defaultSettings,
  isDefault,
  readSettings,
  settingKeys,
  settingTexts,
} from '../../../core/model/settings.ts';

function messageOf(file: unknown): string {
  const read = readSettings(file);
  return read.ok ? '' : read.error.message;
}

describe('reading settings', () => {
  it('gives the defaults for an empty file, and they are valid themselves', () => {
    expect(readSettings({})).toEqual({ ok: true, value: defaultSettings });
    expect(readSettings(defaultSettings)).toEqual({ ok: true, value: defaultSettings });
  });

  it('passes over members it does not know', () => {
    expect(readSettings({ colour: 'mauve', theme: 'dark' })).toEqual({
      ok: true,
      value: { ...defaultSettings, theme: 'dark' },
    });
  });

  it('writes hosts in lower case and without spaces around', () => {
    const read = readSettings({ passThroughHosts: [' API.Example.com '] });
    expect(read.ok && read.value.passThroughHosts).toEqual(['api.example.com']);
  });

  it.each([
    [{ listen: 'here' }, /^Proxy address \("listen"\): Write the address as 127\.0\.0\.1:8888/],
    [{ listen: '127.0.0.1:70000' }, /65535/],
    [{ listen: 8888 }, /^Proxy address \("listen"\): A value of type text is needed\.$/],
    [{ bodyBytesMax: -1 }, /^Largest body kept \("bodyBytesMax"\): Give 0 or more bytes/],
    [{ bodyBytesMax: 1.5 }, /^Largest body kept .* Give a whole number of bytes\.$/],
    [{ diskFreeBytesMin: 2e15 }, /1 PB/],
    [{ theme: 'blue' }, /^Theme \("theme"\): Choose one of system, light, dark\.$/],
    [
      { insecureHosts: ['a.example', 'b c'] },
      /^Accepted untrusted hosts \("insecureHosts", entry 2\): A host is/,
    ],
    [{ insecureHosts: 'a.example' }, /A value of type list is needed/],
    [{ recordAtLaunch: 'yes' }, /Give true or false/],
    [{ keys: { 'list.follow': ['', 'x'] } }, /^Keys \("keys" of list\.follow, entry 1\): A key has a name/],
    [
      { upstreamProxy: { mode: 'manual' } },
      /^Upstream proxy \("upstreamProxy" of url\): Give the address of the proxy first\./,
    ],
    [
      {
        upstreamProxy: {
          rules: [
            { host: 'a.test', proxy: 'http://p:1' },
            { host: 'b.test', proxy: 'ftp://p' },
          ],
        },
      },
      /^Upstream proxy \("upstreamProxy" of rules, entry 2 of proxy\): Write an upstream proxy as/,
    ],
    [{ upstreamProxy: { mode: 'pac' } }, /of pac\): Give the file or URL of the PAC first/],
    [{ upstreamProxy: { noProxy: ['a b'] } }, /of noProxy, entry 1\): Write a host/],
    [
      { hosts: [{ host: 'a.test', address: '10.0.0.1', port: 0 }] },
      /^Hosts overrides \("hosts", entry 1 of port\): A port/,
    ],
    [
      { hosts: [{ host: 'a.test' }] },
      /^Hosts overrides \("hosts", entry 1 of address\): A value of type text/,
    ],
    [
      { reverse: [{ listen: '127.0.0.1:1', upstream: 'http://a.example/x' }] },
      /^Reverse proxies \("reverse", entry 1 of upstream\): An upstream has no path/,
    ],
    [{ reverse: [{ listen: '1', upstream: 'http://a.example' }] }, /Write the address as 127/],
    [{ reverse: [{ listen: 'a:1', upstream: 'tcp://b:2', host: 'rewrite' }] }, /only be rewritten for/],
    [
      { reverse: ['http://a', 'http://b'].map((upstream) => ({ listen: 'a:1', upstream })) },
      /Two reverse proxies cannot listen on the same address/,
    ],
    [{ proxyAuth: { user: 'a:b', password: 'c' } }, /^Proxy password .*A user has no colon/],
    [{ proxyAuth: { user: 'a', password: '' } }, /Give a password/],
    [[], /one JSON object/],
    [null, /one JSON object/],
  ])('says in one line what is wrong with %j', (file, words) => {
    expect(messageOf(file)).toMatch(words);
    expect(messageOf(file)).not.toContain('\n');
  });

  it('takes reverse proxies, whose requests keep their Host unless said otherwise', () => {
    const read = readSettings({ reverse: [{ listen: '127.0.0.1:0', upstream: 'https://api.example' }] });
    expect(read.ok && read.value.reverse).toEqual([
      { listen: '127.0.0.1:0', upstream: 'https://api.example', host: 'keep' },
    ]);
  });

  it('takes addresses of names, IPv4 and IPv6', () => {
    for (const listen of ['localhost:8888', '0.0.0.0:0', '[::1]:9090'])
      expect(messageOf({ listen })).toBe('');
  });

  it('answers to whatever a file holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...settingKeys, 'other'), fc.jsonValue()), (file) => {
        const read = readSettings(file);
        if (read.ok) expect(readSettings(read.value)).toEqual(read);
        else expect(read.error.code).toBe('setting-invalid');
      }),
    );
  });
});

describe('changing settings', () => {
  it('keeps what it does not know and leaves out what is at its default', () => {
    const file = { colour: 'mauve', theme: 'dark', density: 'compact' };
    expect(changeSettings(file, { theme: 'system', bodyBytesMax: 5 })).toEqual({
      ok: true,
      value: { colour: 'mauve', density: 'compact', bodyBytesMax: 5 },
    });
  });

  it('puts a setting back to its default with null', () => {
    expect(changeSettings({ density: 'compact' }, { density: null })).toEqual({ ok: true, value: {} });
  });

  it('changes nothing when one of the values is not valid', () => {
    const file = { theme: 'dark' };
    expect(changeSettings(file, { theme: 'light', listen: 'x' }).ok).toBe(false);
    expect(file).toEqual({ theme: 'dark' });
  });

  it('refuses a setting that there is not, also one that every object has', () => {
    for (const name of ['colour', '__proto__', 'constructor']) {
      const changed = changeSettings({}, Object.fromEntries([[name, 1]]));
      expect(changed.ok ? '' : changed.error.code).toBe('setting-unknown');
    }
  });
});

it('knows which settings were never set', () => {
  expect(isDefault({ ...defaultSettings, theme: 'dark' }, 'theme')).toBe(false);
  expect(settingKeys.every((key) => isDefault(defaultSettings, key))).toBe(true);
});

it('has a label and a meaning for every setting', () => {
  for (const key of settingKeys) {
    expect(settingTexts[key].label).not.toBe('');
    expect(settingTexts[key].meaning).toMatch(/\.$/);
  }
});
