import { beforeAll, describe, expect, it } from 'vitest';
import { runnerCommand } from '../../../support/phone-lab.ts';
import { startProgram } from '../../../support/program.ts';

type Check = Readonly<Record<'step' | 'state' | 'title' | 'text' | 'diagnosis', string | null>>;

let seen: Record<string, unknown> = {};
const text = (key: string): string => String(seen[key]);
const checks = (key: string): readonly Check[] => seen[key] as readonly Check[];

beforeAll(async () => {
  const [command, args] = runnerCommand('gate-runner.ts');
  const { stdout, stderr } = await startProgram(command, args, {}, 90_000).ended();
  expect(stderr).toBe('');
  seen = JSON.parse(stdout) as Record<string, unknown>;
  expect(seen['error']).toBeUndefined();
}, 100_000);

describe('the proxy in a network of phones', () => {
  it('is closed until somebody adds a phone, and then says where it is reached', () => {
    expect(seen['closed before']).toBe(7);
    const { lan, port, url, code, chosen, networks } = seen['begun'] as Record<string, string>;
    expect(lan).toBe(`192.168.77.1:${port}`);
    expect(url).toBe(`http://${lan}/pair/${(code ?? '').replace('-', '')}`);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(chosen).toBe('192.168.77.1');
    expect(networks).toEqual([
      { address: '192.168.77.1', name: 'wlan0', kind: 'wifi', prefix: 24, caution: null },
    ]);
  });

  it('gives a stranger nothing but the page that says how to pair', () => {
    expect(seen['stranger page']).toMatchObject({ status: '200' });
    const paths = seen['stranger paths'] as readonly (readonly [string, string, boolean])[];
    expect(paths).toHaveLength(5);
    for (const path of paths) expect(path.slice(1)).toEqual(['200', true]);
    expect(seen['stranger proxied']).toBe('403');
    expect(text('stranger portal by name')).toContain('Pair this device');
    expect(text('stranger portal by name')).not.toContain('BEGIN CERTIFICATE');
    expect(text('stranger tunnel')).toContain('CONNECT tunnel failed, response 403');
    expect(seen['stranger socks']).not.toBe(0);
    expect(seen['stranger tls']).toBe(35);
    expect(seen['stranger post']).toBe('200');
    expect(seen['hits of strangers']).toBe(0);
    expect(seen['other still a stranger']).toBe('403');
  });

  it('hears ten wrong codes of one device, and no more of it', () => {
    expect(seen['wrong codes']).toEqual([...Array<string>(10).fill('403'), '429', '429']);
    expect(seen['right code after too many']).toBe('429');
    expect(seen['strangers']).toEqual([
      ['192.168.77.21', true, false],
      ['192.168.77.20', false, true],
    ]);
    expect(seen['old code']).toBe(true);
  });

  it('stands 10,000 damaged and hostile requests, and gives nothing away', () => {
    const fuzzed = (key: string): { statuses: Record<string, number>; leaks: string[] } =>
      seen[key] as { statuses: Record<string, number>; leaks: string[] };
    for (const who of ['fuzzed by a stranger', 'fuzzed by a paired device']) {
      const { statuses, leaks } = fuzzed(who);
      expect(leaks).toEqual([]);
      expect(Object.values(statuses).reduce((sum, count) => sum + count)).toBe(5000);
      expect(statuses['200']).toBeGreaterThan(100);
    }
    expect(Object.keys(fuzzed('fuzzed by a stranger').statuses)).not.toContain('502');
    expect(seen['hits after that']).toBe(0);
    expect(seen['answers after that']).toBe('200');
  });

  it('never lets the control door be reached', () => {
    expect(seen['door from the network']).toBe(7);
    expect(text('door through the proxy')).toContain('own-address');
    expect(text('proxy through itself')).toContain('own-address');
  });

  it('tells both screens how far a paired device is', () => {
    expect(text('status for the phone')).toContain('"diagnosis":"no-proxy"');
    expect((seen['paired page'] as { text: string }).text).toContain('<b>Pixel 8</b>');
    expect(seen['device']).toMatchObject({
      name: 'Pixel 8',
      system: 'Android 14 · Pixel 8',
      address: '192.168.77.20',
      hardware: '02:00:00:00:77:14',
    });
    expect(seen['hints end']).toMatchObject({
      hasVisitor: true,
      paired: (seen['device'] as { id: string }).id,
    });
    expect(checks('no proxy').map(({ state }) => state)).toEqual(['done', 'open', 'open', 'open']);
    expect(checks('refused').map(({ diagnosis }) => diagnosis)).toEqual([
      null,
      null,
      'ca-not-installed',
      'no-request',
    ]);
    expect(seen['untrusted']).toBe('ca-not-trusted');
    expect(checks('trusted').map(({ state }) => state)).toEqual(['done', 'done', 'done', 'open']);
    expect(seen['around the proxy']).toMatchObject({ state: 'problem', diagnosis: 'around-proxy' });
    expect(seen['pinned check']).toMatchObject({ state: 'problem', diagnosis: 'pinned' });
    expect(String((seen['pinned check'] as Check).text)).toContain('origin.test');
    expect(seen['all']).toEqual(Array<unknown>(4).fill(['done', null]));
  });

  it('serves a paired device in every way, under its name', () => {
    for (const key of ['proxied', 'decrypted', 'by socks', 'probe with the CA', 'probe by socks'])
      expect(seen[key]).toBe('200');
    expect(seen['filtered']).toBe(1);
  });

  it('knows its devices after a restart and at another address, and nobody in their place', () => {
    expect(seen['listener after a restart']).toBe(true);
    expect(seen['device after a restart']).toEqual([['My Pixel', '192.168.77.20']]);
    expect(seen['proxied after a restart']).toBe('200');
    expect(seen['other after a restart']).toBe('403');
    expect(seen['moved']).toBe('200');
    expect(seen['its old address']).toBe('403');
  });

  it('is not opened unasked in another network, and is from when a phone scans there', () => {
    expect(seen['in another network']).toEqual([null, expect.stringContaining('in another network')]);
    expect(seen['scanned again']).toBe('303');
    expect(seen['open there']).toBe(true);
  });

  it('cuts a device that is removed at once, and reminds of what it still has', () => {
    expect(seen['tunnel']).toBe('200');
    expect(seen['cut after ms']).toBeLessThan(1000);
    expect(seen['after removal']).toMatchObject({
      listener: null,
      devices: 0,
      former: [{ name: 'My Pixel', hasCertificate: true, usesProxy: true }],
    });
    expect(seen['refused after removal']).toBe(7);
    expect(seen['former is a stranger']).toBe('403');
    expect(seen['former']).toBe(1);
    expect(seen['allowed']).toBe('200');
    expect(seen['none left over']).toBe(0);
  });

  it('pairs by the form on the page that stands in the place of another site, too', () => {
    expect(seen['form on the page of another site']).toBe('http://plumbline.test/pair');
    expect(seen['paired by it']).toBe('303');
    expect(seen['served then']).toBe('200');
    // A browser asks for its icon by itself: that is not the proxy being used.
    expect(seen['its icon']).toBe('400');
  });

  it('lets in who knows the password, and asks paired devices for none', () => {
    expect(seen['password missing']).toBe('407');
    expect(seen['password wrong']).toBe('407');
    expect(seen['password right']).toBe('200');
    expect(seen['password right by socks']).toBe('200');
    expect(seen['paired needs none']).toBe('200');
    expect(seen['stranger beside a password']).toBe(true);
  });
});
