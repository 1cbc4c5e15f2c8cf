import { describe, expect, it } from 'vitest';
import { adbFailure, hasSucceeded, type AdbRun } from '../../../core/devices/adb-failures.ts';

const run = (changes: Partial<AdbRun>): AdbRun => ({
  end: 'exit',
  code: 1,
  stdout: '',
  stderr: '',
  ...changes,
});
const failure = (stderr: string) => adbFailure(run({ stderr }), 'set the proxy').error;

describe('a run of adb that failed', () => {
  it.each([
    [
      "adb: device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set\nTry 'adb kill-server' if that seems wrong.",
      'unauthorized',
      'Allow',
    ],
    ['error: device still authorizing', 'unauthorized', 'Unlock'],
    ['adb: device offline', 'offline', 'Unplug'],
    ["adb: device 'R58M' not found", 'no-such-device', 'look again'],
    ['adb: insufficient permissions for device: missing udev rules?', 'no-permissions', 'udev'],
    ['error: cannot connect to daemon at tcp:5037: Connection refused', 'no-daemon', '5037'],
    ['could not install *smartsocket* listener: Address already in use', 'no-daemon', '5037'],
    [
      'Exception occurred while executing:\njava.lang.SecurityException: Permission denial: writing to settings requires:android.permission.WRITE_SECURE_SETTINGS',
      'settings-refused',
      'Security settings',
    ],
    ['adb: error: cannot bind listener: Address already in use', 'port-taken', 'port'],
    [
      "adb: error: failed to copy 'ca.pem' to '/sdcard/Download/x': remote write failed: No space left on device",
      'device-full',
      'space',
    ],
    ['Error: Activity not started, unable to resolve Intent { act=x }', 'no-screen', 'no app'],
    ['adb: error: more than one device/emulator', 'no-reverse', 'USB'],
    ['adbd cannot run as root in production builds', 'no-root', 'root'],
  ])('says of %j that it is %s', (said, code, words) => {
    expect(failure(said)).toMatchObject({ code });
    expect(failure(said).message).toContain(words);
  });

  it('gives the first words of adb where they are not known, cleaned', () => {
    expect(failure('error: protocol fault\u001b[1m (couldn’t read status)\nmore').message).toBe(
      'It failed while it set the proxy. adb says: “protocol fault [1m (couldn’t read status)”',
    );
    expect(failure('').message).toContain('does not say why');
    expect(adbFailure(run({ end: 'timeout' }), 'set the proxy').error).toMatchObject({ code: 'timed-out' });
    expect(adbFailure(run({ end: 'gone' }), '').error.code).toBe('no-adb');
  });

  it('may have ended with 0', () => {
    expect(hasSucceeded(run({ code: 0, stdout: 'Starting: Intent { }\nError: Activity not started' }))).toBe(
      false,
    );
    expect(hasSucceeded(run({ code: 0, stderr: '\nException occurred while executing:' }))).toBe(false);
    expect(
      hasSucceeded(
        run({
          code: 0,
          stdout:
            'Starting: Intent { }\nWarning: Activity not started, its current task has been brought to the front',
        }),
      ),
    ).toBe(true);
    expect(hasSucceeded(run({ code: null, end: 'timeout' }))).toBe(false);
  });
});
