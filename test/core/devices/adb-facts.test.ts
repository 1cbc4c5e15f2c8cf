import { describe, expect, it } from 'vitest';
import { adbFactsCommand, readAdbFacts } from '../../../core/devices/adb-facts.ts';
import { handSteps, installWay } from '../../../core/devices/adb-steps.ts';

const sha256 = 'ab'.repeat(32);
const answer = (lines: Readonly<Record<string, string>>): string =>
  Object.entries({
    release: '14',
    sdk: '34',
    model: 'Pixel 6',
    debuggable: '0',
    uid: '2000',
    proxy: 'null',
    ...lines,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\r\n');
const facts = (lines: Readonly<Record<string, string>>) => readAdbFacts(answer(lines), sha256);

describe('what a device answers of itself', () => {
  it('is read from one command', () => {
    expect(facts({ kind: 'nosdcard', su: '' })).toEqual({
      ...{ model: 'Pixel 6', android: '14', sdk: 34, isEmulator: false, kind: 'phone' },
      ...{ proxy: null, root: null, hasCertificate: false },
    });
    expect(adbFactsCommand('0a1b2c3d')).toContain('/system/etc/security/cacerts/0a1b2c3d.0 ');
    expect(adbFactsCommand("1'; reboot #")).not.toContain("'");
  });

  it('says how root can be had', () => {
    expect(facts({ debuggable: '1' }).root).toBe('adb');
    expect(facts({ uid: '0' }).root).toBe('adb');
    expect(facts({ su: '/system/bin/su' }).root).toBe('su');
    expect(facts({ su: 'sh: command not found' }).root).toBeNull();
  });

  it('has the certificate only where its apps look for it', () => {
    const file = `${sha256} /system/etc/security/cacerts/0a1b2c3d.0`;
    const module = '/apex/com.android.conscrypt/cacerts';
    expect(facts({ sdk: '33', system: file }).hasCertificate).toBe(true);
    expect(facts({ sdk: '33', system: file, module }).hasCertificate).toBe(false);
    expect(facts({ sdk: '34', system: file, module }).hasCertificate).toBe(false);
    expect(facts({ sdk: '34', system: file, apex: file, module }).hasCertificate).toBe(true);
    expect(facts({ system: 'cd'.repeat(32) }).hasCertificate).toBe(false);
  });

  it('may be nonsense and is bounded', () => {
    const said = facts({
      release: '9'.repeat(500),
      sdk: 'many',
      model: '\u0007'.repeat(9),
      kind: 'tv,nosdcard',
      qemu: '2',
    });
    expect(said).toMatchObject({
      android: '9'.repeat(16),
      sdk: null,
      model: null,
      kind: 'tv',
      isEmulator: false,
    });
    // The first answer counts: what a value holds cannot give another one.
    expect(readAdbFacts('uid=2000\nuid=0\n', sha256).root).toBeNull();
    expect(readAdbFacts('', sha256)).toMatchObject({ model: null, root: null, kind: 'phone' });
  });
});

describe('the way of the certificate', () => {
  it('is by root, by hand, or none with a reason', () => {
    expect(installWay({ root: 'su', kind: 'tv' }).way).toBe('system');
    expect(installWay({ root: null, kind: 'phone' }).way).toBe('by-hand');
    expect(installWay({ root: null, kind: 'tv' })).toMatchObject({ way: 'none' });
    expect(installWay({ root: null, kind: 'watch' }).text).toContain('A watch has no settings');
  });

  it('by hand is in the words of the Android it is for', () => {
    const [ten, thirteen, fourteen] = [29, 33, 34].map((sdk) => handSteps({ sdk }, 'Plumbline CA ada'));
    expect(ten?.[1]).toContain('VPN and apps');
    expect(thirteen?.[0]).toBe(
      'Settings › Security › Encryption & credentials › Install a certificate › CA certificate.',
    );
    expect(fourteen?.[0]).toBe(
      'Settings › Security & privacy › More security settings › Encryption & credentials › Install a certificate › CA certificate.',
    );
    expect(fourteen?.[1]).toContain('“Install anyway”');
    expect(handSteps({ sdk: null }, '')).toEqual(fourteen);
  });
});
