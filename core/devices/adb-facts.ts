import { adbText, readAdbProxy, type AdbProxy } from './adb-output.ts';

/** Where Android keeps the authorities of the system, and where its Conscrypt module keeps them, which then counts instead. */
export const systemStore = '/system/etc/security/cacerts';
export const apexStore = '/apex/com.android.conscrypt/cacerts';

/** What a device answered of itself. */
export interface AdbFacts {
  /** `Pixel 6`. */
  readonly model: string | null;
  /** `14`. */
  readonly android: string | null;
  /** API level, such as 34. */
  readonly sdk: number | null;
  readonly isEmulator: boolean;
  /** A phone or tablet has settings to install an authority in; these have none. */
  readonly kind: 'phone' | 'tv' | 'watch';
  readonly proxy: AdbProxy | null;
  /** How commands become root: adb's own server may be it, or there is a `su`. */
  readonly root: 'adb' | 'su' | null;
  /** Our authority is among those of the system. */
  readonly hasCertificate: boolean;
}

const properties = {
  release: 'ro.build.version.release',
  sdk: 'ro.build.version.sdk',
  model: 'ro.product.model',
  debuggable: 'ro.debuggable',
  qemu: 'ro.boot.qemu',
  oldQemu: 'ro.kernel.qemu',
  kind: 'ro.build.characteristics',
} as const;

/** One command for the shell of a device that asks for everything at once, `KEY=VALUE` a line. `hash`: eight hexadecimal digits, as in `subjectHash`. */
export function adbFactsCommand(hash: string): string {
  const file = `${hash.replaceAll(/[^0-9a-f]/g, '')}.0`;
  const digest = (path: string): string => `$(sha256sum ${path}/${file} 2>/dev/null)`;
  return [
    // Not quoted: however many lines come, echo makes one of them.
    ...Object.entries(properties).map(([key, property]) => `echo ${key}=$(getprop ${property})`),
    'echo uid=$(id -u)',
    'echo su=$(command -v su)',
    'echo proxy=$(settings get global http_proxy 2>/dev/null)',
    `echo system=${digest(systemStore)}`,
    `echo apex=${digest(apexStore)}`,
    `echo module=$(ls -d ${apexStore} 2>/dev/null)`,
  ].join('; ');
}

/** What the command's answer says. `certificateSha256`: of the certificate's file, as it is pushed, in hexadecimal digits. */
export function readAdbFacts(output: string, certificateSha256: string): AdbFacts {
  const values = new Map<string, string>();
  for (const line of output.slice(0, factsCharsMax).split(/\r?\n/)) {
    const [, key = '', value = ''] = /^([a-zA-Z]{1,16})=(.*)$/.exec(line) ?? [];
    if (!values.has(key)) values.set(key, value.trim());
  }
  const value = (key: string): string => values.get(key) ?? '';
  const sdk = /^\d{1,3}$/.test(value('sdk')) ? Number(value('sdk')) : null;
  const has = (store: string): boolean => value(store).startsWith(certificateSha256);
  const kinds = value('kind').split(',');
  return {
    model: adbText(value('model')),
    android: adbText(value('release').slice(0, 16)),
    sdk,
    isEmulator: value('qemu') === '1' || value('oldQemu') === '1',
    kind: kinds.includes('tv') ? 'tv' : kinds.includes('watch') ? 'watch' : 'phone',
    proxy: readAdbProxy(value('proxy')),
    root:
      value('uid') === '0' || value('debuggable') === '1' ? 'adb' : value('su').startsWith('/') ? 'su' : null,
    // Android 14 reads those of its Conscrypt module; so do older ones whose module was updated.
    hasCertificate: has('system') && (!value('module').startsWith('/apex') || has('apex')),
  };
}

const factsCharsMax = 16 * 1024;
