import { z } from 'zod';
import { adbConnections } from '../devices/adb-output.ts';
import { method, service } from './define.ts';

/** How the proxy of a device is set. `ours`: it leads here; `cut`: to a port of the device that leads here no more; `other`: elsewhere. */
export const adbProxyStates = ['none', 'ours', 'cut', 'other'] as const;

export const adbDevice = z.object({
  /** As adb lists it. */
  serial: z.string(),
  /** `Pixel 6`. */
  name: z.string(),
  connection: z.enum(adbConnections),
  /** Why nothing can be done with it and what to do about that, in one or two sentences; null where all below is known. */
  problem: z.string().nullable(),
  /** `14`. */
  android: z.string().nullable(),
  /** API level, such as 34. */
  sdk: z.number().nullable(),
  proxy: z.enum(adbProxyStates),
  /** `127.0.0.1:8888`, of the device. */
  proxyAddress: z.string().nullable(),
  /** Whether root can be had: of adb's own server, or by `su`, which may ask on the device. */
  root: z.enum(['adb', 'su']).nullable(),
  /** How the certificate gets there, and in one or two sentences what comes of it or why it cannot. */
  install: z.enum(['system', 'by-hand', 'none']),
  installText: z.string(),
  /** It is among the authorities of the system. Those a person installed cannot be seen. */
  hasCertificate: z.boolean(),
});
export type AdbDevice = z.infer<typeof adbDevice>;

export const adbDevices = z.object({
  /** Path of the program adb; null: there is none. */
  program: z.string().nullable(),
  devices: z.array(adbDevice),
});
export type AdbDevices = z.infer<typeof adbDevices>;

/** What became of something that was done with a device. */
export const adbDone = z.object({
  /** One or two sentences. */
  said: z.string(),
  /** What is left to do on the device by hand, in order. */
  steps: z.array(z.string()),
  device: adbDevice,
});
export type AdbDone = z.infer<typeof adbDone>;

const one = z.object({ serial: z.string().min(1).max(128) });

/**
 * Android devices and emulators that the program adb reaches. It is run when a method is called, never otherwise; it then starts its server if there is none.
 * Failures of all that name a device: `no-adb`, `no-daemon`, `no-such-device`, `unauthorized`, `offline`, `no-permissions`, `other`, `busy`, `timed-out`,
 * `adb-failed`.
 */
export const adbService = service({
  methods: {
    /** Up to 20 s. Without adb that is told in the answer. Failures: `no-adb`, `no-daemon`, `adb-failed`. */
    list: method(z.object({}), adbDevices),
    /** Starts recording if that is off. Failures also: `settings-refused`, `port-taken`, `no-reverse`, `proxy-elsewhere`, and those of `recording.start`. */
    useProxy: method(one, adbDone),
    /** Failures also: `settings-refused`, `other-proxy`. */
    stopProxy: method(one, adbDone),
    /** Up to two minutes, as it may ask on the device. Failures also: `cannot-install`, `no-root`, `store-failed`, `device-full`. */
    installCertificate: method(one, adbDone),
    /** What `installCertificate` did among the authorities of the system. Failures also: `no-root`, `store-failed`. */
    removeCertificate: method(one, adbDone),
    /** The page that tries the set-up. Failures also: `proxy-not-set`, `no-screen`. */
    openPortal: method(one, adbDone),
  },
  events: {},
});
