import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adbDevicesMax,
  adbText,
  isAdbSerial,
  isRootId,
  readAdbDevices,
  readAdbProxy,
  readAdbReverse,
} from '../../../core/devices/adb-output.ts';

describe('what adb lists', () => {
  it('is read in every state', () => {
    const output = `* daemon not running; starting now at tcp:5037
* daemon started successfully
List of devices attached
emulator-5554          device product:sdk_gphone64_x86_64 model:sdk_gphone64_x86_64 device:emu64xa transport_id:1
0A041FDD4003BW         device usb:1-2 product:oriole model:Pixel_6 device:oriole transport_id:3
R58M12345AB            unauthorized usb:1-1 transport_id:2
192.168.1.31:5555      offline transport_id:4
adb-39091FDJG0-x7YzQW._adb-tls-connect._tcp device product:shiba model:Pixel_8 device:shiba transport_id:5
????????????           no permissions (missing udev rules? user is in the plugdev group); see [http://developer.android.com/tools/device/index.html] usb:1-1.4 transport_id:6
ZX1G22             recovery usb:1-3 transport_id:7

`;
    expect(
      readAdbDevices(output).map(({ serial, state, connection, model }) => [
        serial,
        state,
        connection,
        model,
      ]),
    ).toEqual([
      ['emulator-5554', 'ready', 'emulator', 'sdk gphone64 x86 64'],
      ['0A041FDD4003BW', 'ready', 'usb', 'Pixel 6'],
      ['R58M12345AB', 'unauthorized', 'usb', null],
      ['192.168.1.31:5555', 'offline', 'wifi', null],
      ['adb-39091FDJG0-x7YzQW._adb-tls-connect._tcp', 'ready', 'wifi', 'Pixel 8'],
      ['????????????', 'no-permissions', 'usb', null],
      ['ZX1G22', 'other', 'usb', null],
    ]);
  });

  it('is the same with the line ends of Windows, and nothing of nothing', () => {
    expect(readAdbDevices('List of devices attached\r\nA1\tdevice\r\n\r\n')).toMatchObject([
      { serial: 'A1', state: 'ready' },
    ]);
    expect(readAdbDevices('')).toEqual([]);
    expect(readAdbDevices('List of devices attached\n\n')).toEqual([]);
  });

  it('gives no serial number to a command line that is more than a word', () => {
    for (const serial of ['-a', '--help', 'a;id', '$(id)', 'a b', "a'b", '', 'ä', '.a', 'a'.repeat(81)]) {
      expect(isAdbSerial(serial)).toBe(false);
    }
    expect(readAdbDevices('-s  device model:x\na;id device\n').map(({ state }) => state)).toEqual([
      'other',
      'other',
    ]);
  });

  it('has bounds whatever comes', () => {
    expect(readAdbDevices('A device\n'.repeat(5000))).toHaveLength(adbDevicesMax);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (output) => {
        for (const { serial, word, model } of readAdbDevices(output)) {
          for (const text of [serial, word, model ?? '']) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\n]/u);
        }
        readAdbProxy(output);
        readAdbReverse(output);
      }),
    );
  });
});

describe('what a device says', () => {
  it('is one clean line', () => {
    expect(adbText(' Pixel\u001b[31m 6\r\nline\u202e two\u0000 ')).toBe('Pixel [31m 6 line two');
    expect(adbText(' \n\t')).toBeNull();
    expect(Array.from(adbText('😀'.repeat(500)) ?? '')).toHaveLength(80);
  });

  it.each([
    ['null', null],
    ['', null],
    [':0', null],
    ['127.0.0.1:8888\n', { host: '127.0.0.1', port: 8888 }],
    ['proxy.corp.example:3128', { host: 'proxy.corp.example', port: 3128 }],
    ['[fe80::1]:80', { host: '[fe80::1]', port: 80 }],
    ['host:0', null],
    ['host:65536', null],
    ["cmd: Can't find service: settings", null],
  ])('of its proxy as %j is read', (answer, proxy) => {
    expect(readAdbProxy(answer)).toEqual(proxy);
  });

  it('of its ports counts only those that lead to the same port here', () => {
    const output = 'UsbFfs tcp:8888 tcp:8888\nhost-12 tcp:9000 tcp:9001\r\nR58M tcp:7000 tcp:7000\r\n';
    expect([...readAdbReverse(output)]).toEqual([8888, 7000]);
  });

  it('of its user is root or not', () => {
    expect(isRootId('uid=0(root) gid=0(root) groups=0(root) context=u:r:su:s0')).toBe(true);
    expect(isRootId('uid=2000(shell) gid=2000(shell)')).toBe(false);
    expect(isRootId('/system/bin/sh: su: not found')).toBe(false);
    expect(isRootId('not uid=0')).toBe(false);
  });
});
