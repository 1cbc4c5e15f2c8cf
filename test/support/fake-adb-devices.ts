import type { AdbDevice, AdbDevices, AdbDone } from '../../core/contract/adb.ts';
import type { Handlers } from '../../core/contract/dispatch.ts';
import { handSteps, installWay } from '../../core/devices/adb-steps.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';

/** What adb reaches: it is not there (`none`), its server does not start (`broken`), there is nobody (`empty`), there are devices (`devices`), which answer nothing more (`slow`). */
export const adbFakes = ['none', 'broken', 'empty', 'devices', 'slow'] as const;
export type AdbFake = (typeof adbFakes)[number];

const ready: Pick<AdbDevice, 'problem' | 'proxy' | 'proxyAddress' | 'hasCertificate'> = {
  ...{ problem: null, proxy: 'none', proxyAddress: null, hasCertificate: false },
};

function installOf(
  root: AdbDevice['root'],
  kind: 'phone' | 'tv',
): Pick<AdbDevice, 'root' | 'install' | 'installText'> {
  const { way, text } = installWay({ root, kind });
  return { root, install: way, installText: text };
}

const listed: readonly AdbDevice[] = [
  {
    ...{
      serial: 'emulator-5554',
      name: 'sdk_gphone64_x86_64',
      connection: 'emulator',
      android: '14',
      sdk: 34,
    },
    ...ready,
    ...installOf('adb', 'phone'),
    ...{ proxy: 'ours', proxyAddress: '127.0.0.1:8888', hasCertificate: true },
  },
  {
    ...{ serial: '0A041FDD4003BW', name: 'Pixel 6', connection: 'usb', android: '14', sdk: 34 },
    ...ready,
    ...installOf(null, 'phone'),
  },
  {
    ...{ serial: '192.168.1.31:5555', name: 'BRAVIA 4K VH2', connection: 'wifi', android: '10', sdk: 29 },
    ...ready,
    ...installOf(null, 'tv'),
    ...{ proxy: 'other', proxyAddress: 'proxy.corp.example:3128' },
  },
  {
    ...{ serial: 'R58M12345AB', name: 'R58M12345AB', connection: 'usb', android: null, sdk: null },
    ...{ ...ready, root: null, install: 'none', installText: '' },
    problem:
      'Unlock the device and touch “Allow” where its screen asks about USB debugging, then look again.',
  },
];

/** Devices that nobody holds in the hand, at the end of no cable. */
export function createFakeAdbDevices(fake: AdbFake): Handlers<unknown>['adb'] {
  let devices = fake === 'devices' || fake === 'slow' ? listed : [];
  const done = (
    serial: string,
    said: string,
    changes: Partial<AdbDevice>,
    steps: readonly string[] = [],
  ): Promise<Result<AdbDone>> => {
    const found = devices.find((each) => each.serial === serial);
    if (found === undefined)
      return Promise.resolve(
        fail('no-such-device', 'The device is not connected any more. Connect it and look again.'),
      );
    if (fake === 'slow') return new Promise(() => {});
    const device = { ...found, ...changes };
    devices = devices.map((each) => (each === found ? device : each));
    return Promise.resolve(succeed({ said, steps: [...steps], device }));
  };
  const answer: Result<AdbDevices> =
    fake === 'broken'
      ? fail(
          'no-daemon',
          'adb cannot start its server. Another program may use TCP port 5037, such as an adb of another version: end it, then look again.',
        )
      : succeed({
          program: fake === 'none' ? null : '/home/ada/Android/Sdk/platform-tools/adb',
          devices: [],
        });
  return {
    list: () => Promise.resolve(answer.ok ? succeed({ ...answer.value, devices: [...devices] }) : answer),
    useProxy: ({ serial }) =>
      done(
        serial,
        'It sends its traffic here, shown as that of the program adb. Stop that before you unplug it: until then it reaches nothing without Plumbline.',
        { proxy: 'ours', proxyAddress: '127.0.0.1:8888' },
      ),
    stopProxy: ({ serial }) =>
      done(serial, 'It uses no proxy any more.', { proxy: 'none', proxyAddress: null }),
    installCertificate: ({ serial }) => {
      const device = devices.find((each) => each.serial === serial);
      if (device?.install === 'by-hand')
        return done(
          serial,
          'The certificate is in the device’s downloads, and its settings are open. Go on there:',
          {},
          handSteps(device, 'Plumbline CA ada'),
        );
      return done(serial, 'The system trusts the certificate until the device restarts.', {
        hasCertificate: true,
      });
    },
    removeCertificate: ({ serial }) =>
      done(serial, 'The system does not trust the certificate any more.', { hasCertificate: false }),
    openPortal: ({ serial }) =>
      done(serial, 'The page is open on the device. It says which steps have worked.', {}),
  };
}
