/**
 * A program `adb` in a scratch folder that answers as adb does. What it is told of devices and what they have become is in `state.json` beside it, and
 * every command line in `log`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface FakeAdbDevice {
  /** What follows the serial number in the list, such as `device usb:1-2 model:Pixel_6`. */
  readonly line: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly su: 'none' | 'gives' | 'refuses';
  readonly proxy: string;
  readonly reverse: readonly number[];
  readonly uid: number;
  /** Digest of our certificate in the store of the system, empty for none. */
  readonly installed: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface FakeAdbState {
  readonly devices: Readonly<Record<string, FakeAdbDevice>>;
  /** By the beginning of a command line without the serial number: what it says, how it ends, and how long it takes. */
  readonly failures?: Readonly<
    Record<
      string,
      { readonly out?: string; readonly err?: string; readonly code?: number; readonly ms?: number }
    >
  >;
}

export const pixel: FakeAdbDevice = {
  line: 'device usb:1-2 product:oriole model:Pixel_6 device:oriole transport_id:3',
  properties: { release: '14', sdk: '34', model: 'Pixel 6', debuggable: '0', kind: 'nosdcard' },
  ...{ su: 'none', proxy: 'null', reverse: [], uid: 2000, installed: '', files: {} },
};

export const emulator: FakeAdbDevice = {
  ...pixel,
  line: 'device product:sdk_gphone64_x86_64 model:sdk_gphone64_x86_64 device:emu64xa transport_id:1',
  properties: {
    release: '13',
    sdk: '33',
    model: 'sdk_gphone64_x86_64',
    debuggable: '1',
    qemu: '1',
    kind: 'emulator',
  },
};

export interface FakeAdb {
  readonly folder: string;
  readonly program: string;
  readonly state: () => FakeAdbState;
  readonly set: (state: FakeAdbState) => void;
  /** The command lines since the last call. */
  readonly taken: () => readonly (readonly string[])[];
}

const script = `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const crypto = require('node:crypto');
const args = process.argv.slice(2);
fs.appendFileSync(path.join(__dirname, 'log'), JSON.stringify(args) + '\\n');
const file = path.join(__dirname, 'state.json');
const state = JSON.parse(fs.readFileSync(file, 'utf8'));
const say = (text) => fs.writeSync(1, text + '\\n');
const end = (code, err) => { if (err) fs.writeSync(2, err + '\\n'); process.exit(code); };
const serial = args[0] === '-s' ? args[1] : null;
const words = serial === null ? args : args.slice(2);
const line = words.join(' ');
const failure = Object.entries(state.failures ?? {}).find(([start]) => line.startsWith(start))?.[1];
if (failure) {
  if (failure.ms) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, failure.ms);
  if (failure.out) say(failure.out);
  end(failure.code ?? 1, failure.err);
}
if (line === 'devices -l') {
  say('List of devices attached');
  for (const [name, each] of Object.entries(state.devices)) say(name.padEnd(22) + ' ' + each.line);
  say('');
  end(0);
}
const device = state.devices[serial];
if (!device) end(1, "adb: device '" + serial + "' not found");
const save = (changes) => { Object.assign(device, changes); fs.writeFileSync(file, JSON.stringify(state)); };
const [verb, ...rest] = words;
if (verb === 'root') {
  if (device.properties.debuggable !== '1') { say('adbd cannot run as root in production builds'); end(0); }
  save({ uid: 0, reverse: [] });
  say('restarting adbd as root');
  end(0);
}
if (verb === 'wait-for-device') end(0);
if (verb === 'reverse') {
  if (rest[0] === '--list') { for (const port of device.reverse) say('UsbFfs tcp:' + port + ' tcp:' + port); end(0); }
  const port = Number(rest.at(-1).slice(4));
  if (rest[0] !== '--remove') { save({ reverse: [...device.reverse, port] }); say(String(port)); end(0); }
  if (!device.reverse.includes(port)) end(1, 'adb: error: listener ' + rest[1] + ' not found');
  save({ reverse: device.reverse.filter((each) => each !== port) });
  end(0);
}
if (verb === 'push') {
  save({ files: { ...device.files, [rest[1]]: fs.readFileSync(rest[0], 'utf8') } });
  say(rest[0] + ': 1 file pushed, 0 skipped.');
  end(0);
}
if (verb !== 'shell') end(1, 'adb: unknown command ' + verb);
const asked = rest.join(' ');
const asRoot = /^su -c '(.*)'$/.exec(asked)?.[1];
const command = asRoot ?? asked;
const uid = asRoot === undefined ? device.uid : 0;
const id = (number) => (number === 0 ? 'uid=0(root) gid=0(root)' : 'uid=2000(shell) gid=2000(shell)');
if (command === 'id') { say(id(uid)); end(0); }
if (command === 'su -c id') {
  if (device.su === 'gives') { say(id(0)); end(0); }
  end(13, device.su === 'none' ? '/system/bin/sh: su: inaccessible or not found' : 'Permission denied');
}
if (command.startsWith('echo release=')) {
  const { release, sdk, model, debuggable, qemu, kind } = device.properties;
  for (const [key, value] of Object.entries({ release, sdk, model, debuggable, qemu, kind })) say(key + '=' + (value ?? ''));
  say('uid=' + device.uid);
  say('su=' + (device.su === 'none' ? '' : '/system/bin/su'));
  say('proxy=' + device.proxy);
  const digest = device.installed === '' ? '' : device.installed + ' file';
  say('system=' + digest);
  say('apex=' + digest);
  say('module=' + (Number(sdk) >= 34 ? '/apex/com.android.conscrypt/cacerts' : ''));
  end(1);
}
const put = /^settings put global http_proxy (\\S+)$/.exec(command);
if (put) { save({ proxy: put[1] }); end(0); }
if (command === 'settings delete global http_proxy') { save({ proxy: 'null' }); say('Deleted 1 rows'); end(0); }
if (/^mkdir -p |^rm -rf /.test(command)) end(0);
if (command.startsWith('am start ')) { say('Starting: Intent { }'); end(0); }
const stored = /^sh (\\S+)\\/store\\.sh (install [0-9a-f]{8}|remove)$/.exec(command);
if (stored) {
  if (uid !== 0) end(1, 'Permission denied');
  const pem = device.files[stored[1] + '/ca.pem'];
  save({ installed: stored[2] === 'remove' ? '' : crypto.createHash('sha256').update(pem).digest('hex') });
  say('plumbline: done');
  end(0);
}
end(127, '/system/bin/sh: ' + command + ': not found');
`;

export function createFakeAdb(folder: string, initial: FakeAdbState): FakeAdb {
  const program = path.join(folder, 'adb');
  const stateFile = path.join(folder, 'state.json');
  const log = path.join(folder, 'log');
  writeFileSync(program, script, { mode: 0o755 });
  writeFileSync(log, '');
  const set = (state: FakeAdbState): void => writeFileSync(stateFile, JSON.stringify(state));
  set(initial);
  return {
    folder,
    program,
    set,
    state: () => JSON.parse(readFileSync(stateFile, 'utf8')) as FakeAdbState,
    taken: () => {
      const lines = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      writeFileSync(log, '');
      return lines.map((line) => JSON.parse(line) as readonly string[]);
    },
  };
}
