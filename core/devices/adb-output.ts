/** How a device is connected to adb. */
export const adbConnections = ['usb', 'wifi', 'emulator'] as const;
export type AdbConnection = (typeof adbConnections)[number];

/** `ready`: commands reach it. `other`: a state that nothing can be done in, such as `recovery`. */
export const adbStates = ['ready', 'unauthorized', 'offline', 'no-permissions', 'other'] as const;
export type AdbState = (typeof adbStates)[number];

/** A line of `adb devices -l`. */
export interface AdbListed {
  readonly serial: string;
  readonly state: AdbState;
  /** The state in adb's own word. */
  readonly word: string;
  readonly connection: AdbConnection;
  /** `Pixel 6`; null where adb does not say. */
  readonly model: string | null;
}

/** What is read of one answer, characters; devices that are listed; and the longest text that is taken from a device. */
const outputCharsMax = 64 * 1024;
export const adbDevicesMax = 32;
export const adbTextMax = 80;

/** One line for a person of what a device says of itself: no control, format or line characters, at most `adbTextMax` characters; null for nothing. */
export function adbText(said: string): string | null {
  const text = said
    .slice(0, outputCharsMax)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return text === '' ? null : Array.from(text).slice(0, adbTextMax).join('').trim();
}

/** Whether a serial number can stand on a command line: never an option, never more than one word of a shell. */
export function isAdbSerial(serial: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/.test(serial);
}

/** The devices of `adb devices -l`; lines that are none are left out. */
export function readAdbDevices(output: string): readonly AdbListed[] {
  const found: AdbListed[] = [];
  for (const line of output.slice(0, outputCharsMax).split(/\r?\n/)) {
    if (/^(?:\*|List of devices|adb(?::| server))/.test(line)) continue;
    const [, serial = '', rest = ''] = /^(\S{1,128})\s+(\S.*)$/.exec(line) ?? [];
    if (serial === '' || found.length === adbDevicesMax) continue;
    const word = rest.startsWith('no permissions') ? 'no permissions' : (/^\S+/.exec(rest)?.[0] ?? '');
    found.push({
      serial: adbText(serial) ?? '?',
      state: stateOf(word, serial),
      word: adbText(word) ?? '',
      connection: connectionOf(serial),
      model: adbText(/\smodel:(\S+)/.exec(rest)?.[1]?.replaceAll('_', ' ') ?? ''),
    });
  }
  return found;
}

function stateOf(word: string, serial: string): AdbState {
  switch (word) {
    case 'device':
      return isAdbSerial(serial) ? 'ready' : 'other';
    case 'unauthorized':
    case 'authorizing':
      return 'unauthorized';
    case 'offline':
    case 'connecting':
      return 'offline';
    case 'no permissions':
      return 'no-permissions';
    default:
      return 'other';
  }
}

function connectionOf(serial: string): AdbConnection {
  if (/^emulator-\d+$/.test(serial)) return 'emulator';
  return /:\d+$|\._adb-tls-connect\._tcp/.test(serial) ? 'wifi' : 'usb';
}

/** The proxy of a device, as `settings get global http_proxy` answers: `null`, nothing and `:0` for none; null. */
export interface AdbProxy {
  readonly host: string;
  readonly port: number;
}

export function readAdbProxy(answer: string): AdbProxy | null {
  const [, host = '', digits = ''] = /^([^\s:][^\s]*):(\d{1,5})$/.exec(adbText(answer) ?? '') ?? [];
  const port = Number(digits);
  return host === '' || port < 1 || port > 65_535 ? null : { host, port };
}

/** The ports of a device that lead to the same port of this computer, by `adb reverse --list`: `UsbFfs tcp:8888 tcp:8888` or `SERIAL tcp:8888 tcp:8888`. */
export function readAdbReverse(output: string): ReadonlySet<number> {
  const ports = [...output.slice(0, outputCharsMax).matchAll(/\stcp:(\d{1,5})\s+tcp:(\d{1,5})\s*$/gm)];
  return new Set(ports.filter(([, there, here]) => there === here).map(([, there]) => Number(there)));
}

/** Whether `id` says that it is root: `uid=0(root) gid=0(root) …`. */
export function isRootId(output: string): boolean {
  return /^\s*uid=0\b/.test(output);
}
