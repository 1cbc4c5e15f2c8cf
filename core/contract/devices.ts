import { z } from 'zod';
import { deviceDiagnoses, deviceSteps } from '../devices/device-checks.ts';
import { method, service } from './define.ts';

/** Longest name of a device, characters. */
export const deviceNameMax = 60;

export const deviceCheckView = z.object({
  step: z.enum(deviceSteps),
  state: z.enum(['done', 'open', 'problem']),
  title: z.string(),
  /** What was seen and what is left to do; empty for nothing. */
  text: z.string(),
  diagnosis: z.enum(deviceDiagnoses).nullable(),
  /** Hosts that would work again if they were passed through unread; the first few. */
  passable: z.array(z.string()).readonly(),
});
export type DeviceCheckView = z.infer<typeof deviceCheckView>;

export const pairedDevice = z.object({
  id: z.string(),
  name: z.string(),
  /** What its browser says it is, such as `iOS 17.4 · iPhone`; null while nothing was said. */
  system: z.string().nullable(),
  /** Where it was seen last. */
  address: z.string(),
  /** Its hardware (MAC) address, null where it cannot be known. */
  hardware: z.string().nullable(),
  pairedAtUs: z.number(),
  seenAtUs: z.number(),
  /** Connections that are open now, and requests since the engine started. */
  connections: z.number(),
  requests: z.number(),
  checks: z.array(deviceCheckView),
});
export type PairedDevice = z.infer<typeof pairedDevice>;

/** A device that is no longer paired and was not seen to be cleaned up. */
export const formerDevice = z.object({
  id: z.string(),
  name: z.string(),
  system: z.string().nullable(),
  removedAtUs: z.number(),
  /** It took certificates of ours: the CA is most likely still on it. */
  hasCertificate: z.boolean(),
  /** It still sends its traffic here, where it is refused. */
  usesProxy: z.boolean(),
});
export type FormerDevice = z.infer<typeof formerDevice>;

/** A device that came without a code, and was shown how to pair. */
export const strangerView = z.object({
  address: z.string(),
  system: z.string().nullable(),
  /** Times that it was refused. */
  count: z.number(),
  seenAtUs: z.number(),
  /** Its newest code was wrong. */
  hasWrongCode: z.boolean(),
  /** It has the proxy set already. */
  usesProxy: z.boolean(),
});
export type StrangerView = z.infer<typeof strangerView>;

/** A network that phones may be in. */
export const lanNetwork = z.object({
  /** The address of this computer there, which is what phones are told. */
  address: z.string(),
  /** The interface, such as `wlan0`. */
  name: z.string(),
  kind: z.enum(['wifi', 'ethernet', 'vpn', 'bridge', 'virtual', 'other']),
  /** Bits of the network's prefix, such as 24. */
  prefix: z.number(),
  /** Why phones may not reach it, in one sentence; null for nothing. */
  caution: z.string().nullable(),
});
export type LanNetwork = z.infer<typeof lanNetwork>;

export const pairingView = z.object({
  /** What the QR code holds. */
  url: z.string(),
  /** `K7QM-2XWD`, for typing. */
  code: z.string(),
  /** When somebody began to add a phone, µs since the epoch, and whether any device has come since. */
  beganAtUs: z.number(),
  hasVisitor: z.boolean(),
  /** The device that was paired with this code last; null for none. */
  paired: z.string().nullable(),
});

export const devicesState = z.object({
  /** Where phones reach the proxy: `192.168.1.5:8888`; null while it is closed to them. */
  listener: z.string().nullable(),
  /** Why it is closed although somebody needs it, in one sentence. */
  problem: z.string().nullable(),
  /** Why devices must be paired again after a restart, in one sentence. */
  saveProblem: z.string().nullable(),
  networks: z.array(lanNetwork),
  /** The address of the chosen network; null when there is none. */
  chosen: z.string().nullable(),
  /** A firewall of this computer that is on; `command` lets phones in, null where the system asks by itself. */
  firewall: z.object({ name: z.string(), command: z.string().nullable() }).nullable(),
  /** While a phone is being added. */
  pairing: pairingView.nullable(),
  devices: z.array(pairedDevice),
  former: z.array(formerDevice),
  strangers: z.array(strangerView),
});
export type DevicesState = z.infer<typeof devicesState>;

const deviceId = z.string().min(1).max(64);
const lanAddress = z.string().min(1).max(64);

export const devicesService = service({
  methods: {
    state: method(z.object({}), devicesState),
    /**
     * Opens the proxy to the network and makes a code, for as long as this window asks for it; starts recording if that is off. Asked again it gives the
     * same code; `another`: the device that was paired with it last is done. Failures: `no-network`, and those of `recording.start`.
     */
    beginPairing: method(z.object({ another: z.boolean().optional() }), devicesState),
    endPairing: method(z.object({}), devicesState),
    /** Failure: `no-such-network`. */
    chooseNetwork: method(z.object({ address: lanAddress }), devicesState),
    /** Pairs a device that cannot scan or type: one of `strangers`. Failures: `no-such-device`, `too-many-devices`. */
    allow: method(z.object({ address: lanAddress }), devicesState),
    /** Failures: `no-such-device`, `name-taken`. */
    rename: method(
      z.object({
        id: deviceId,
        name: z
          .string()
          .trim()
          .min(1, 'Give the device a name.')
          .max(deviceNameMax, `A name has at most ${deviceNameMax} characters.`),
      }),
      devicesState,
    ),
    /** Its connections are cut at once. Failure: `no-such-device`. */
    remove: method(z.object({ id: deviceId }), devicesState),
    /** A former device was cleaned up, or nobody cares. */
    forget: method(z.object({ id: deviceId }), devicesState),
  },
  events: {
    /** At most four times a second. */
    changed: devicesState,
  },
});
