import { fail, type Failed } from '../model/result.ts';
import { adbText, type AdbState } from './adb-output.ts';

/** How one run of adb ended. */
export interface AdbRun {
  /** `gone`: adb could not be started. */
  readonly end: 'exit' | 'timeout' | 'gone';
  /** Null where it did not end by itself. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What keeps a device from being used, and the way out. */
export const adbStateWords: Readonly<Record<Exclude<AdbState, 'ready'>, string>> = {
  unauthorized:
    'Unlock the device and touch “Allow” where its screen asks about USB debugging, then look again.',
  offline:
    'It does not answer adb. Unplug it and plug it in again, or start the emulator again, then look again.',
  'no-permissions':
    'This user may not open the USB device. On Linux, install adb’s udev rules (package android-sdk-platform-tools-common) and plug it in again.',
  other: 'It is in a state in which adb reaches no settings. Start Android on it, then look again.',
};

const noAdb = fail(
  'no-adb',
  'adb could not be started. Install Android’s platform-tools, or put adb where PATH or ANDROID_HOME finds it.',
);

/** Nothing can be listed: adb's server does not start, or what is in its place does not answer. */
export const noAdbServer = fail(
  'no-daemon',
  'adb cannot start its server. Another program may use TCP port 5037, such as an adb of another version: end it, then look again.',
);

interface Known {
  readonly said: RegExp;
  readonly failure: Failed;
}

/** In the words of adb and of Android's own commands. */
const known: readonly Known[] = [
  {
    said: /device (?:still )?(?:unauthorized|authorizing)/,
    failure: fail('unauthorized', adbStateWords.unauthorized),
  },
  { said: /device offline/, failure: fail('offline', adbStateWords.offline) },
  {
    said: /no permissions|insufficient permissions for device/,
    failure: fail('no-permissions', adbStateWords['no-permissions']),
  },
  {
    said: /device '.*' not found|no devices\/emulators found|error: closed|device disconnected/,
    failure: fail('no-such-device', 'The device is not connected any more. Connect it and look again.'),
  },
  {
    said: /cannot connect to daemon|failed to start daemon|failed to check server version|\*smartsocket\*/,
    failure: noAdbServer,
  },
  {
    said: /WRITE_SECURE_SETTINGS|SecurityException|Permission denial/i,
    failure: fail(
      'settings-refused',
      'The device does not let adb change its settings. In its developer options, turn on “USB debugging (Security settings)”, or set the proxy in the settings of its Wi-Fi.',
    ),
  },
  {
    // What adb's side on Android 8 and older makes of it over Wi-Fi.
    said: /more than one (?:device|emulator)/,
    failure: fail(
      'no-reverse',
      'Android 8 and older cannot lead a port here over Wi-Fi. Connect the device by USB, then try again.',
    ),
  },
  {
    said: /cannot bind|Address already in use/i,
    failure: fail(
      'port-taken',
      'Something on the device uses the port of the proxy already. Choose another port for the proxy in the settings.',
    ),
  },
  {
    said: /No space left on device/,
    failure: fail('device-full', 'The device has no space left. Free some, then try again.'),
  },
  {
    said: /unable to resolve Intent|No Activity found/,
    failure: fail(
      'no-screen',
      'The device has no app for this: no browser, or no such screen in its settings.',
    ),
  },
  {
    said: /cannot run as root in production builds|adbd cannot run as root/,
    failure: fail('no-root', 'This Android does not let adb become root.'),
  },
];

/** Whether a command did what it should. Android's own commands complain and end with 0 all the same, older ones end with 0 always. */
export function hasSucceeded({ end, code, stdout, stderr }: AdbRun): boolean {
  return (
    end === 'exit' && code === 0 && !/^\s*(?:Error|Exception|adb: error|error):?\s/m.test(stdout + stderr)
  );
}

/** Why a run did not do what it should, in one sentence that says what to do. `doing`: what was tried, as in “while it set the proxy”. */
export function adbFailure(run: AdbRun, doing: string): Failed {
  if (run.end === 'gone') return noAdb;
  if (run.end === 'timeout') {
    return fail(
      'timed-out',
      `The device did not answer while it ${doing}. See whether its screen asks for something, then try again.`,
    );
  }
  const output = `${run.stderr}\n${run.stdout}`.slice(0, outputCharsMax);
  const found = known.find(({ said }) => said.test(output));
  if (found !== undefined) return found.failure;
  const first = output.split('\n').find((line) => line.trim() !== '') ?? '';
  const said = adbText(first.replace(/^(?:adb: )?error: /i, ''));
  return fail(
    'adb-failed',
    `It failed while it ${doing}. ${said === null ? 'adb does not say why.' : `adb says: “${said}”`}`,
  );
}

const outputCharsMax = 16 * 1024;
