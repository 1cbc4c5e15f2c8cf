import { z } from 'zod';
import { method, service } from './define.ts';

export const captureInterface = z.object({
  name: z.string(),
  /** In words, such as `Loopback` or `Wi-Fi`. */
  description: z.string(),
  addresses: z.array(z.string()),
  up: z.boolean(),
  kind: z.enum(['loopback', 'ethernet', 'wifi', 'bridge', 'virtual', 'vpn', 'any', 'other']),
});
export type CaptureInterfaceView = z.infer<typeof captureInterface>;

/**
 * Whether packets can be captured on this machine. `ready`: yes. `not-installed`: the helper has to be installed once; `steps` are the commands
 * that do it, `canInstall`: the program can run them itself after asking for the password. `impossible`: why not, and what else helps.
 */
export const captureAbility = z.object({
  state: z.enum(['ready', 'not-installed', 'impossible']),
  /** One or two plain sentences. */
  explanation: z.string(),
  canInstall: z.boolean(),
  steps: z.array(z.string()),
  /** What takes it away again; empty while nothing is installed. */
  removeSteps: z.array(z.string()),
  interfaces: z.array(captureInterface),
});
export type CaptureAbility = z.infer<typeof captureAbility>;

/** Where packets come from. */
export const captureSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('interface'), name: z.string().min(1).max(64) }),
  /** `tcpdump` on another machine; `host` as `ssh` takes it, such as `user@host` or an alias. */
  z.object({ kind: z.literal('ssh'), host: z.string().min(1).max(255), name: z.string().min(1).max(64) }),
  /** In the network namespace of a process, or of a container by its name or id. */
  z.object({ kind: z.literal('process'), pid: z.number().int().positive(), name: z.string().min(1).max(64) }),
  z.object({
    kind: z.literal('container'),
    container: z.string().min(1).max(255),
    name: z.string().min(1).max(64),
  }),
]);
export type CaptureSource = z.infer<typeof captureSource>;

export const captureOptions = z.object({
  source: captureSource,
  /** A filter of tcpdump (pcap-filter), empty for all packets. */
  filter: z.string().max(4096).default(''),
  /** Bytes kept of each packet; 0: all of it. */
  snapBytes: z.number().int().min(0).max(262_144).default(0),
  /** Ends by itself after this; 0: never. */
  maxBytes: z.number().nonnegative().default(0),
  maxSeconds: z.number().nonnegative().default(0),
});
export type CaptureOptions = z.infer<typeof captureOptions>;

export const captureState = z.object({
  captureId: z.number().int().positive(),
  source: captureSource,
  filter: z.string(),
  state: z.enum(['starting', 'running', 'ended', 'failed']),
  /** Why it ended, or what is wrong, in one sentence; null for nothing. */
  problem: z.string().nullable(),
  startedAtUs: z.number(),
  packets: z.number(),
  bytes: z.number(),
  /** Null while nobody has told. `droppedByUs`: read, but not stored because the disk or the processor could not keep up. */
  droppedByKernel: z.number().nullable(),
  droppedByInterface: z.number().nullable(),
  droppedByUs: z.number(),
});
export type CaptureState = z.infer<typeof captureState>;

export const captureService = service({
  methods: {
    /** Looks anew at each call. */
    ability: method(z.object({}), captureAbility),
    /** Installs the helper, or takes it away; the person is asked for a password by the system. Failures: `not-allowed`, `cannot-install`. */
    install: method(z.object({}), captureAbility),
    uninstall: method(z.object({}), captureAbility),
    /** Whether tcpdump understands a filter; `problem` in its words, null when it does. */
    checkFilter: method(
      z.object({ filter: z.string().max(4096) }),
      z.object({ problem: z.string().nullable() }),
    ),
    /** Into the session that is recorded into. Failures: `no-permission`, `no-such-interface`, `bad-filter`, `no-tcpdump`, `cannot-capture`, `too-many-captures`, `no-session`, `stopped`. */
    start: method(captureOptions, z.object({ captureId: z.number().int().positive() })),
    /** What was captured before comes in first, which takes up to 1.2 s. Failure: `no-such-capture`. */
    stop: method(z.object({ captureId: z.number().int().positive() }), z.object({})),
    /** Those that run, and the last ten that ended. */
    list: method(z.object({}), z.object({ captures: z.array(captureState) })),
  },
  events: {
    /** At most four times a second for each. */
    changed: captureState,
  },
});
