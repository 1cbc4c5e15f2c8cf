import { createHash } from 'node:crypto';
import type { AdbDevice, AdbDevices, AdbDone } from '../../../../core/contract/adb.ts';
import {
  adbFailure,
  adbStateWords,
  hasSucceeded,
  noAdbServer,
} from '../../../../core/devices/adb-failures.ts';
import { readAdbDevices, type AdbListed } from '../../../../core/devices/adb-output.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { portalHost } from '../../../../core/portal/portal.ts';
import { subjectHash } from '../../certificates/subject-hash.ts';
import { createAdbTarget, type AdbTarget } from './adb-target.ts';
import { installCertificate, removeCertificate } from './device-certificate.ts';
import { setDeviceProxy, unsetDeviceProxy } from './device-proxy.ts';
import { deviceView, lookAtDevice, proxyState, type AdbCertificate, type AdbSeen } from './device-view.ts';
import { findAdb, type AdbPlaces } from './find-adb.ts';
import { createRunAdb, type RunAdb } from './run-adb.ts';

/** Also starts adb's server, if there is none. */
const listTimeoutMs = 20_000;

export interface AdbOptions {
  readonly places: AdbPlaces;
  /** Where the proxy listens; null while it does not. */
  readonly proxy: () => { readonly host: string; readonly port: number } | null;
  readonly authority: () => { readonly certificatePem: string; readonly caName: string };
}

/** Android devices that the program adb reaches. Nothing is run unless one of these is called. Failures are those of the service `adb`. */
export interface Adb {
  readonly list: () => Promise<Result<AdbDevices>>;
  readonly useProxy: (serial: string) => Promise<Result<AdbDone>>;
  readonly stopProxy: (serial: string) => Promise<Result<AdbDone>>;
  readonly installCertificate: (serial: string) => Promise<Result<AdbDone>>;
  readonly removeCertificate: (serial: string) => Promise<Result<AdbDone>>;
  readonly openPortal: (serial: string) => Promise<Result<AdbDone>>;
}

/** What was done, before the device is looked at again. */
interface Acted {
  readonly said: string;
  readonly steps: readonly string[];
}
type Act = (target: AdbTarget, seen: AdbSeen, certificate: AdbCertificate) => Promise<Result<Acted>>;

export function createAdb({ places, proxy, authority }: AdbOptions): Adb {
  /** Serial numbers of devices that something is done with. */
  const busy = new Set<string>();
  const port = (): number | null => proxy()?.port ?? null;

  const certificateNow = (): AdbCertificate => {
    const { certificatePem: pem, caName } = authority();
    const sha256 = createHash('sha256').update(pem).digest('hex');
    const hash = subjectHash(pem);
    if (hash === null) throw new Error('The certificate of the CA has no subject.');
    return { pem, caName, sha256, hash };
  };
  const program = async (): Promise<{ readonly path: string; readonly run: RunAdb } | null> => {
    const path = await findAdb(places);
    return path === null ? null : { path, run: createRunAdb(path, { ...places.env }) };
  };
  const act = async (serial: string, doing: Act, expected: (device: AdbDevice) => string | null) => {
    if (busy.has(serial))
      return fail('busy', 'Something is being done with this device. Wait for it to end.');
    busy.add(serial);
    try {
      return await actAlone(serial, doing, expected);
    } finally {
      busy.delete(serial);
    }
  };
  /** `expected` says what is wrong with the device as it is afterwards. */
  const actAlone = async (
    serial: string,
    doing: Act,
    expected: (device: AdbDevice) => string | null,
  ): Promise<Result<AdbDone>> => {
    const adb = await program();
    if (adb === null) return adbFailure({ end: 'gone', code: null, stdout: '', stderr: '' }, '');
    const all = await listDevices(adb.run);
    if (!all.ok) return all;
    const listed = readyOne(all.value, serial);
    if (!listed.ok) return listed;
    const certificate = certificateNow();
    const target = createAdbTarget(adb.run, listed.value.serial);
    const before = await lookAtDevice(target, certificate);
    if (!before.ok) return before;
    const done = await doing(target, before.value, certificate);
    if (!done.ok) return done;
    const device = deviceView(listed.value, await lookAtDevice(target, certificate), port());
    const wrong = device.problem ?? expected(device);
    if (wrong !== null) return fail('adb-failed', wrong);
    return succeed({ said: done.value.said, steps: [...done.value.steps], device });
  };

  return {
    list: async () => {
      const adb = await program();
      if (adb === null) return succeed({ program: null, devices: [] });
      const all = await listDevices(adb.run);
      if (!all.ok) return all;
      const certificate = certificateNow();
      const devices = all.value.map(async (listed) => {
        const isReady = listed.state === 'ready';
        const target = createAdbTarget(adb.run, listed.serial);
        return deviceView(listed, isReady ? await lookAtDevice(target, certificate) : null, port());
      });
      return succeed({ program: adb.path, devices: await Promise.all(devices) });
    },
    useProxy: (serial) =>
      act(
        serial,
        async (target) => {
          const at = proxy();
          if (at === null) return fail('not-recording', 'The proxy does not listen. Start recording first.');
          if (!isLoopback(at.host)) {
            return fail(
              'proxy-elsewhere',
              `The proxy listens on ${at.host} only, which adb cannot lead to. Set its address to 127.0.0.1:${at.port} in the settings.`,
            );
          }
          const set = await setDeviceProxy(target, at.port);
          if (!set.ok) return set;
          return succeed({
            said: 'It sends its traffic here, shown as that of the program adb. Stop that before you unplug it: until then it reaches nothing without Plumbline.',
            steps: [],
          });
        },
        ({ proxy: state }) => (state === 'ours' ? null : 'The device did not keep the proxy.'),
      ),
    stopProxy: (serial) =>
      act(
        serial,
        async (target, seen) => {
          const unset = await unsetDeviceProxy(target, seen);
          return unset.ok ? succeed({ said: 'It uses no proxy any more.', steps: [] }) : unset;
        },
        ({ proxy: state }) => (state === 'none' ? null : 'The device kept the proxy.'),
      ),
    installCertificate: (serial) =>
      act(serial, installCertificate, ({ install, hasCertificate }) =>
        install === 'system' && !hasCertificate
          ? 'The certificate was put among those of the system, but is not seen there. Restart the device and try again.'
          : null,
      ),
    removeCertificate: (serial) =>
      act(serial, removeCertificate, ({ hasCertificate }) =>
        hasCertificate ? 'The certificate is part of the system itself, not put there by Plumbline.' : null,
      ),
    openPortal: (serial) =>
      act(
        serial,
        async (target, seen) => {
          if (proxyState(seen, port()) !== 'ours') {
            return fail(
              'proxy-not-set',
              'The page is only there for devices that use the proxy. Set the proxy first.',
            );
          }
          const view = ['-a', 'android.intent.action.VIEW', '-d', `http://${portalHost}/`];
          const opened = await target.ask('opened the page', ['shell', 'am', 'start', ...view]);
          if (!opened.ok) return opened;
          return succeed({
            said: 'The page is open on the device. It says which steps have worked.',
            steps: [],
          });
        },
        () => null,
      ),
  };
}

async function listDevices(run: RunAdb): Promise<Result<readonly AdbListed[]>> {
  const listed = await run(['devices', '-l'], listTimeoutMs);
  if (listed.end === 'timeout') return noAdbServer;
  return hasSucceeded(listed)
    ? succeed(readAdbDevices(listed.stdout))
    : adbFailure(listed, 'listed the devices');
}

/** Only what adb lists now is ever named on a command line. */
function readyOne(all: readonly AdbListed[], serial: string): Result<AdbListed> {
  const found = all.find((each) => each.serial === serial);
  if (found === undefined) {
    return fail('no-such-device', 'The device is not connected any more. Connect it and look again.');
  }
  return found.state === 'ready' ? succeed(found) : fail(found.state, adbStateWords[found.state]);
}

/** adb leads to this computer's loopback address. */
function isLoopback(host: string): boolean {
  return ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host);
}
