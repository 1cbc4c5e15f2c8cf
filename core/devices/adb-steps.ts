import { stepsFor } from '../portal/portal-steps.ts';
import type { AdbFacts } from './adb-facts.ts';

/** The folder of downloads, as the settings show it, and the name there. */
export const pushedCertificate = '/sdcard/Download/plumbline-ca.crt';

/** The newest Android that installs a file which is opened is 10, API level 29. */
const openedFileSdkMax = 29;
/** Android 14 renamed the screens; API level 33 is Android 13. */
const oldScreensSdkMax = 33;

/** What is to be done by hand on a device whose downloads hold the certificate, in order. */
export function handSteps({ sdk }: Pick<AdbFacts, 'sdk'>, caName: string): readonly string[] {
  if (sdk !== null && sdk <= openedFileSdkMax) {
    return [
      'Settings › Security › Encryption & credentials › Install from storage (SD card).',
      'Choose plumbline-ca.crt under “Downloads”, give it any name and choose “VPN and apps”. Android asks for a screen lock if there is none.',
    ];
  }
  const nothing = { fingerprintSha1: '', proxyHost: '', proxyPort: 0 };
  const { path = [], text = '' } =
    stepsFor('android', { caName, ...nothing }).trust.find(({ downloads }) => downloads === undefined) ?? {};
  const old = ['Settings', 'Security', 'Encryption & credentials', 'Install a certificate', 'CA certificate'];
  return [`${(sdk !== null && sdk <= oldScreensSdkMax ? old : path).join(' › ')}.`, text];
}

/** How the certificate gets onto a device. */
export type AdbInstall = 'system' | 'by-hand' | 'none';

export interface AdbInstallWay {
  readonly way: AdbInstall;
  /** What comes of it, or why there is none, in one or two sentences. */
  readonly text: string;
}

export function installWay({ root, kind }: Pick<AdbFacts, 'root' | 'kind'>): AdbInstallWay {
  if (root !== null) {
    return {
      way: 'system',
      text: 'Root can be had: the certificate goes among those of the system, which all apps trust, until the device restarts.',
    };
  }
  if (kind === 'phone') {
    return {
      way: 'by-hand',
      text: 'No root: the file is put into its downloads and its settings are opened; installing it there is up to you. Browsers trust it then, and apps that say so.',
    };
  }
  const what = kind === 'tv' ? 'Android TV' : 'A watch';
  return {
    way: 'none',
    text: `${what} has no settings to install an authority in, and this one gives no root. Use an emulator image without Google Play for it.`,
  };
}
