import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { pushedCertificate } from '../../../../core/devices/adb-steps.ts';
import { subjectHash } from '../../../../electron/engine/certificates/subject-hash.ts';
import { createAdb, type Adb } from '../../../../electron/engine/devices/adb/adb.ts';
import { storeScript } from '../../../../electron/engine/devices/adb/store-script.ts';
import {
  createFakeAdb,
  emulator,
  pixel,
  type FakeAdb,
  type FakeAdbState,
} from '../../../support/fake-adb.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { authorityMadeAt, valueOf } from '../certificates/support.ts';

const { certificatePem } = await authorityMadeAt(Date.now());
const hash = subjectHash(certificatePem) ?? '';
const both = { A1: pixel, 'emulator-5554': emulator };

function start(
  state: FakeAdbState,
  proxy: { host: string; port: number } | null = { host: '127.0.0.1', port: 8888 },
): { adb: Adb; fake: FakeAdb } {
  const fake = createFakeAdb(scratchFolder(), state);
  const env = { PATH: `${fake.folder}:/usr/bin:/bin` };
  const adb = createAdb({
    places: { platform: 'linux', env, home: '/nowhere' },
    proxy: () => proxy,
    authority: () => ({ certificatePem, caName: 'Plumbline CA test' }),
  });
  return { adb, fake };
}

/** The command lines for one device, without those that only look at it. */
function done(fake: FakeAdb): readonly string[] {
  return fake
    .taken()
    .filter((line) => line[0] === '-s')
    .map((line) =>
      line
        .slice(2)
        .join(' ')
        .replace(/^push \S+\//, 'push '),
    )
    .filter((line) => !line.startsWith('shell echo release=') && line !== 'reverse --list');
}

const one = (fake: FakeAdb, serial: string) => fake.state().devices[serial]!;

describe('devices that adb lists', () => {
  it('are named, with what can be done with them', async () => {
    const { adb, fake } = start({
      devices: { ...both, R5: { ...pixel, line: 'unauthorized usb:1-1' }, '-x': pixel, 'a;id': pixel },
    });
    const { program, devices } = valueOf(await adb.list());
    expect(program).toBe(fake.program);
    expect(
      devices.map(({ name, connection, android, root, install, problem }) => [
        name,
        connection,
        android,
        root,
        install,
        problem === null,
      ]),
    ).toEqual([
      ['Pixel 6', 'usb', '14', null, 'by-hand', true],
      ['sdk_gphone64_x86_64', 'emulator', '13', 'adb', 'system', true],
      ['R5', 'usb', null, null, 'none', false],
      ['Pixel 6', 'usb', null, null, 'none', false],
      ['Pixel 6', 'usb', null, null, 'none', false],
    ]);
    expect(devices[2]?.problem).toContain('Allow');
    // Those that cannot be named safely are never asked.
    const asked = fake.taken().map((line) => (line[0] === '-s' ? line[1] : line.join(' ')));
    expect([...asked].sort()).toEqual(['A1', 'devices -l', 'emulator-5554']);
  });

  it('are none where there is no adb, and only its own failure where it fails', async () => {
    const adb = createAdb({
      places: { platform: 'linux', env: { PATH: 'relative:' }, home: scratchFolder() },
      proxy: () => null,
      authority: () => ({ certificatePem, caName: '' }),
    });
    expect(valueOf(await adb.list())).toEqual({ program: null, devices: [] });
    expect(await adb.useProxy('A1')).toMatchObject({ error: { code: 'no-adb' } });
    const failing = start({
      devices: both,
      failures: { 'devices -l': { err: 'error: cannot connect to daemon at tcp:5037' } },
    });
    expect(await failing.adb.list()).toMatchObject({ error: { code: 'no-daemon' } });
    const mute = start({ devices: both, failures: { 'shell echo': { err: 'error: closed' } } });
    expect(valueOf(await mute.adb.list()).devices[0]?.problem).toContain('not connected any more');
  });
});

describe('the proxy of a device', () => {
  it('is a port of its own that leads here, and is taken off again', async () => {
    const { adb, fake } = start({ devices: both });
    const used = valueOf(await adb.useProxy('A1'));
    expect(used.device).toMatchObject({ proxy: 'ours', proxyAddress: '127.0.0.1:8888' });
    expect(done(fake)).toEqual([
      'reverse tcp:8888 tcp:8888',
      'shell settings put global http_proxy 127.0.0.1:8888',
    ]);
    expect(valueOf(await adb.stopProxy('A1')).device).toMatchObject({ proxy: 'none', proxyAddress: null });
    expect(done(fake)).toEqual([
      'shell settings put global http_proxy :0',
      'shell settings delete global http_proxy',
      'reverse --remove tcp:8888',
    ]);
    expect(one(fake, 'A1')).toMatchObject({ proxy: 'null', reverse: [] });
  });

  it('that leads here no more is told, and taken off all the same', async () => {
    const { adb, fake } = start({ devices: { A1: { ...pixel, proxy: '127.0.0.1:8888' } } });
    expect(valueOf(await adb.list()).devices[0]).toMatchObject({ proxy: 'cut' });
    expect(await adb.openPortal('A1')).toMatchObject({ error: { code: 'proxy-not-set' } });
    expect(valueOf(await adb.stopProxy('A1')).device.proxy).toBe('none');
    expect(one(fake, 'A1').proxy).toBe('null');
  });

  it('of somebody else is left alone', async () => {
    const { adb, fake } = start({ devices: { A1: { ...pixel, proxy: 'proxy.corp:3128' } } });
    expect(await adb.stopProxy('A1')).toMatchObject({ error: { code: 'other-proxy' } });
    expect(done(fake)).toEqual([]);
  });

  it('is not set where the proxy cannot be reached or the device refuses, and nothing is left of it', async () => {
    const { adb } = start({ devices: both }, null);
    expect(await adb.useProxy('A1')).toMatchObject({ error: { code: 'not-recording' } });
    const elsewhere = start({ devices: both }, { host: '192.168.1.5', port: 8888 });
    expect(await elsewhere.adb.useProxy('A1')).toMatchObject({ error: { code: 'proxy-elsewhere' } });
    const refusing = start({
      devices: both,
      failures: {
        'shell settings put': { err: 'java.lang.SecurityException: Permission denial', code: 255 },
      },
    });
    expect(await refusing.adb.useProxy('A1')).toMatchObject({ error: { code: 'settings-refused' } });
    expect(one(refusing.fake, 'A1').reverse).toEqual([]);
    const deaf = start({ devices: both, failures: { 'shell settings put': { code: 0 } } });
    expect(await deaf.adb.useProxy('A1')).toMatchObject({
      error: { code: 'adb-failed', message: 'The device did not keep the proxy.' },
    });
  });

  it('is asked for of devices that adb lists now, one thing at a time', async () => {
    const { adb, fake } = start({ devices: { ...both, R5: { ...pixel, line: 'offline' } } });
    for (const serial of ['B2', '-x', 'A1; reboot', '$(id)'])
      expect(await adb.useProxy(serial)).toMatchObject({ error: { code: 'no-such-device' } });
    expect(await adb.useProxy('R5')).toMatchObject({ error: { code: 'offline' } });
    expect(done(fake)).toEqual([]);
    const first = adb.useProxy('A1');
    expect(await adb.installCertificate('A1')).toMatchObject({ error: { code: 'busy' } });
    expect(await first).toMatchObject({ ok: true });
  });
});

describe('the certificate', () => {
  const folder = '/data/local/tmp/plumbline-ca';

  it('goes into the system of a device whose adb becomes root, which ends no use of the proxy', async () => {
    const { adb, fake } = start({ devices: both });
    await adb.useProxy('emulator-5554');
    fake.taken();
    const installed = valueOf(await adb.installCertificate('emulator-5554'));
    expect(installed.device).toMatchObject({ hasCertificate: true, proxy: 'ours' });
    expect(installed.said).toContain('until the device restarts');
    expect(done(fake)).toEqual([
      'shell id',
      'root',
      'wait-for-device',
      'shell id',
      'reverse tcp:8888 tcp:8888',
      `shell mkdir -p ${folder}`,
      `push ca.pem ${folder}/ca.pem`,
      `push store.sh ${folder}/store.sh`,
      `shell sh ${folder}/store.sh install ${hash}`,
      `shell rm -rf ${folder}`,
    ]);
    expect(one(fake, 'emulator-5554').files).toEqual({
      [`${folder}/ca.pem`]: certificatePem,
      [`${folder}/store.sh`]: storeScript,
    });
    expect(one(fake, 'emulator-5554').installed).toBe(
      createHash('sha256').update(certificatePem).digest('hex'),
    );
    expect(valueOf(await adb.removeCertificate('emulator-5554')).device.hasCertificate).toBe(false);
    expect(done(fake)).toContain(`shell sh ${folder}/store.sh remove`);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('plumbline-adb-'))).toEqual([]);
  });

  it('goes there by su, if that is given', async () => {
    const { adb, fake } = start({
      devices: { A1: { ...pixel, su: 'gives' }, B2: { ...pixel, su: 'refuses' } },
    });
    expect(valueOf(await adb.installCertificate('A1')).device.hasCertificate).toBe(true);
    expect(done(fake)).toEqual([
      'shell su -c id',
      `shell mkdir -p ${folder}`,
      `push ca.pem ${folder}/ca.pem`,
      `push store.sh ${folder}/store.sh`,
      `shell su -c 'sh ${folder}/store.sh install ${hash}'`,
      `shell su -c 'rm -rf ${folder}'`,
    ]);
    expect(await adb.installCertificate('B2')).toMatchObject({ error: { code: 'no-root' } });
  });

  it('is handed over without root, with the steps that are left', async () => {
    const { adb, fake } = start({ devices: both });
    const handed = valueOf(await adb.installCertificate('A1'));
    expect(handed.steps[0]).toContain('CA certificate');
    expect(done(fake)).toEqual([
      `push plumbline-ca.crt ${pushedCertificate}`,
      'shell am start -a android.settings.SECURITY_SETTINGS',
    ]);
    expect(one(fake, 'A1').files[pushedCertificate]).toBe(certificatePem);
    fake.set({
      ...fake.state(),
      failures: {
        'shell am start': { out: 'Error: Activity not started, unable to resolve Intent', code: 0 },
      },
    });
    expect(valueOf(await adb.installCertificate('A1')).said).toContain('did not open');
    fake.set({
      ...fake.state(),
      failures: { push: { err: 'adb: error: failed to copy: No space left on device' } },
    });
    expect(await adb.installCertificate('A1')).toMatchObject({ error: { code: 'device-full' } });
  });

  it('is refused with the reason, of the device or of the script', async () => {
    const tv = { ...pixel, properties: { ...pixel.properties, kind: 'tv,nosdcard' } };
    const { adb } = start({ devices: { A1: tv } });
    expect(await adb.installCertificate('A1')).toMatchObject({ error: { code: 'cannot-install' } });
    const failing = start({
      devices: both,
      failures: { [`shell sh ${folder}`]: { out: 'plumbline: nsenter does not work here.', code: 1 } },
    });
    expect(await failing.adb.installCertificate('emulator-5554')).toMatchObject({
      error: {
        code: 'store-failed',
        message: 'The authorities of the system stay as they are: nsenter does not work here.',
      },
    });
    expect(done(failing.fake).at(-1)).toBe(`shell rm -rf ${folder}`);
    const play = start({
      devices: { E: emulator },
      failures: { root: { out: 'adbd cannot run as root in production builds', code: 0 } },
    });
    expect(await play.adb.installCertificate('E')).toMatchObject({ error: { code: 'no-root' } });
  });
});

describe('the page of the set-up', () => {
  it('is opened on a device that uses the proxy', async () => {
    const { adb, fake } = start({ devices: both });
    await adb.useProxy('A1');
    fake.taken();
    expect(await adb.openPortal('A1')).toMatchObject({ ok: true });
    expect(done(fake)).toEqual(['shell am start -a android.intent.action.VIEW -d http://plumbline.test/']);
  });
});
