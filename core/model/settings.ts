import { z } from 'zod';
import { proxyAuthProblem } from './proxy-auth.ts';
import { fail, succeed, type Failed, type Result } from './result.ts';
import { isListenAddress, readUpstream } from './reverse-proxy.ts';
import { parseUpstream, upstreamUrlMax } from './upstream-proxy.ts';

/** Most entries of a list of hosts. */
export const hostsMax = 1000;
/** Most reverse proxies of one installation. */
export const reverseProxiesMax = 100;
/** Largest limit in bytes that can be set: 1 PB. */
export const limitBytesMax = 1e15;
/** Sessions that are remembered. */
export const recentSessionsMax = 20;

/** A host name, `*.example.com`, or an address; lower case, without port. */
export const hostPattern = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, 'A host is a name such as api.example.com, *.example.com, or an address.')
  .max(253, 'A host has at most 253 characters.')
  .regex(/^[^\s/@]+$/, 'A host is a name such as api.example.com, *.example.com, or an address.');

/** `host:port`, IPv6 in brackets; port 0 picks a free one. */
const listenAddress = z
  .string()
  .trim()
  .max(300, 'An address has at most 300 characters.')
  .refine(isListenAddress, 'Write the address as 127.0.0.1:8888, with a port of at most 65535.');

const upstream = z.string().superRefine((text, context) => {
  const read = readUpstream(text);
  if (!read.ok) context.addIssue({ code: 'custom', message: read.error.message });
});

const reverseProxy = z
  .object({ listen: listenAddress, upstream, host: choice(['keep', 'rewrite']).default('keep') })
  .refine(({ upstream: text, host }) => host === 'keep' || /^https?:/i.test(text), {
    path: ['host'],
    error: 'The Host field can only be rewritten for an upstream with http:// or https://.',
  });

const reverseList = z
  .array(reverseProxy)
  .max(reverseProxiesMax, `At most ${reverseProxiesMax} reverse proxies can be listed.`)
  .refine((list) => {
    const fixed = list.map(({ listen }) => listen).filter((address) => !address.endsWith(':0'));
    return new Set(fixed).size === fixed.length;
  }, 'Two reverse proxies cannot listen on the same address.');

function credential(what: 'user' | 'password') {
  return z.string().superRefine((text, context) => {
    const problem = proxyAuthProblem(what, text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });
}

const proxyAuth = z.object({ user: credential('user'), password: credential('password') }).nullable();

const hostList = z.array(hostPattern).max(hostsMax, `At most ${hostsMax} hosts can be listed.`);

/** A file's place on the computer the engine runs on; not empty. */
const filePath = z.string().trim().min(1, 'Name a file.').max(4096, 'A path has at most 4,096 characters.');

/** Most client certificates that can be listed. */
export const clientCertificatesMax = 100;

/** A certificate that servers which ask for one are shown: PEM with a key, or PKCS#12 (then without `keyFile`). */
const clientCertificate = z.object({
  host: hostPattern,
  certificateFile: filePath,
  /** Null: in the file of the certificate. */
  keyFile: filePath.nullable(),
  /** Its first line is the password of the key; null: it has none. */
  passwordFile: filePath.nullable(),
});
export type ClientCertificateSetting = z.infer<typeof clientCertificate>;

const clientCertificateList = z
  .array(clientCertificate)
  .max(clientCertificatesMax, `At most ${clientCertificatesMax} client certificates can be listed.`);
/** Most files and folders with `.proto` files. */
export const protoPathsMax = 50;
const pathList = z
  .array(
    z.string().min(1, 'Give the path of a file or folder.').max(4096, 'A path has at most 4,096 characters.'),
  )
  .max(protoPathsMax, `At most ${protoPathsMax} files and folders can be listed.`);

const byteLimit = z
  .int('Give a whole number of bytes.')
  .min(0, 'Give 0 or more bytes; 0 means no limit.')
  .max(limitBytesMax, 'Give at most 1,000,000,000,000,000 bytes (1 PB).');

/** A key as `Mod+F`, `Shift+G`, `?`: modifiers first, then what the key gives (see renderer/state/keys.ts). */
const keyName = z
  .string()
  .min(1, 'A key has a name, such as f, Mod+F or F5.')
  .max(40, 'The name of a key has at most 40 characters.');

/** Keys by command, where they differ from the usual ones; an empty list leaves a command without a key. */
const keyBindings = z
  .record(z.string().max(80), z.array(keyName).max(4, 'A command has at most four keys.'))
  .refine((keys) => Object.keys(keys).length <= 200, 'At most 200 commands can have keys of their own.');

const themes = ['system', 'light', 'dark'] as const;
const densities = ['regular', 'compact'] as const;
const timeFormats = ['local', 'utc', 'clock'] as const;
export type Theme = (typeof themes)[number];
export type Density = (typeof densities)[number];
/** `local` and `utc`: date and time of day; `clock`: local time of day only. */
export type TimeFormat = (typeof timeFormats)[number];

export const upstreamModes = ['direct', 'system', 'manual', 'pac'] as const;
/** Most rules of the upstream proxy, and most hosts overrides. */
export const upstreamRulesMax = 500;

/** The address of an upstream proxy; user and password may be in it. */
export const upstreamUrl = z
  .string()
  .trim()
  .max(upstreamUrlMax, `The address of a proxy has at most ${upstreamUrlMax} characters.`)
  .superRefine((text, context) => {
    const parsed = parseUpstream(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error.message });
  });

/** A host pattern, a network such as `10.0.0.0/8`, or `<-loopback>`: this machine is reached through the proxy, too. */
export const bypassPattern = z
  .string()
  .trim()
  .toLowerCase()
  .max(253, 'A host has at most 253 characters.')
  .regex(
    /^(?:<-loopback>|[^\s/@]+|[0-9a-f:.]+\/\d{1,3})$/,
    'Write a host, *.example.com, a network such as 10.0.0.0/8, or <-loopback>.',
  );

const upstreamRule = z.object({
  host: hostPattern,
  proxy: z.union([z.literal('DIRECT'), upstreamUrl], {
    error: 'Write DIRECT, or a proxy as http://proxy.example:3128.',
  }),
});

const upstreamProxy = z
  .object({
    mode: choice(upstreamModes).default('direct'),
    /** Of mode `manual`. */
    url: z.union([z.literal(''), upstreamUrl]).default(''),
    /** Of mode `pac`: a file or an http(s) URL. */
    pac: z.string().trim().max(4096, 'The place of a PAC file has at most 4096 characters.').default(''),
    rules: z
      .array(upstreamRule)
      .max(upstreamRulesMax, `At most ${upstreamRulesMax} rules are possible.`)
      .default([]),
    noProxy: z.array(bypassPattern).max(hostsMax, `At most ${hostsMax} hosts can be listed.`).default([]),
  })
  .superRefine(({ mode, url, pac }, context) => {
    if (mode === 'manual' && url === '')
      context.addIssue({ code: 'custom', path: ['url'], message: 'Give the address of the proxy first.' });
    if (mode === 'pac' && pac === '')
      context.addIssue({ code: 'custom', path: ['pac'], message: 'Give the file or URL of the PAC first.' });
  });

/** Where connections to a host really go, instead of a lookup. */
export const hostOverride = z.object({
  host: hostPattern,
  address: hostPattern,
  port: z
    .int('Give a whole number.')
    .min(1, 'A port is from 1 to 65535.')
    .max(65_535, 'A port is from 1 to 65535.')
    .nullable()
    .default(null),
});
const hostOverrides = z
  .array(hostOverride)
  .max(upstreamRulesMax, `At most ${upstreamRulesMax} hosts overrides are possible.`);
export type UpstreamSettings = z.infer<typeof upstreamProxy>;
export type HostOverride = z.infer<typeof hostOverride>;

function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `Choose one of ${values.join(', ')}.` });
}

/** What each value may be. A value that is missing from the file is the default. */
const schemas = {
  listen: listenAddress,
  recordAtLaunch: z.boolean('Give true or false.'),
  nameProcesses: z.boolean('Give true or false.'),
  proxyAuth,
  anyDevice: z.boolean('Give true or false.'),
  reverse: reverseList,
  passThroughHosts: hostList,
  insecureHosts: hostList,
  upstreamProxy,
  hosts: hostOverrides,
  clientCertificates: clientCertificateList,
  keepTlsKeys: z.boolean('Give true or false.'),
  bodyBytesMax: byteLimit,
  diskFreeBytesMin: byteLimit,
  sessionBytesMax: byteLimit,
  protoFiles: pathList,
  theme: choice(themes),
  density: choice(densities),
  timeFormat: choice(timeFormats),
  keys: keyBindings,
  recentSessions: z.array(z.string().max(4096)).max(50),
  openSessions: z.array(z.string().max(4096)).max(50),
} as const;

export const settingsSchema = z.object(schemas);
export type Settings = z.infer<typeof settingsSchema>;
export type SettingKey = keyof Settings;

/** A change of some settings; null puts one back to its default. */
export type SettingsChange = { readonly [K in SettingKey]?: Settings[K] | null };

export const defaultSettings: Settings = {
  listen: '127.0.0.1:8888',
  recordAtLaunch: true,
  nameProcesses: true,
  proxyAuth: null,
  anyDevice: false,
  reverse: [],
  passThroughHosts: [],
  insecureHosts: [],
  upstreamProxy: { mode: 'direct', url: '', pac: '', rules: [], noProxy: [] },
  hosts: [],
  clientCertificates: [],
  keepTlsKeys: true,
  bodyBytesMax: 0,
  diskFreeBytesMin: 500_000_000,
  sessionBytesMax: 0,
  protoFiles: [],
  theme: 'system',
  density: 'regular',
  timeFormat: 'local',
  keys: {},
  recentSessions: [],
  openSessions: [],
};

/** What a setting is called and what it means, for the window, its search and messages. */
export interface SettingText {
  readonly label: string;
  readonly meaning: string;
}

export const settingTexts: Readonly<Record<SettingKey, SettingText>> = {
  listen: {
    label: 'Proxy address',
    meaning:
      'Applications use this address as their HTTP and HTTPS proxy. On 127.0.0.1 only this computer can reach it; port 0 picks a free one.',
  },
  recordAtLaunch: {
    label: 'Record from the start',
    meaning: 'Whether the proxy listens and records as soon as the program starts.',
  },
  nameProcesses: {
    label: 'Name the program',
    meaning:
      'Whether the process behind each connection from this computer is looked up: its name, its number and its file. Otherwise only what a request says of itself is shown. Holds for connections that begin later.',
  },
  proxyAuth: {
    label: 'Proxy password',
    meaning:
      'Applications must give this user and password to use the proxy: for devices that cannot scan a code, and for other users of this computer. Paired devices need none. Reverse proxies ask for none.',
  },
  anyDevice: {
    label: 'Let any device in',
    meaning:
      'Devices on the network may use the proxy without being paired: for a network that is all yours, such as one of containers. Otherwise only paired ones may, and those that know the password.',
  },
  reverse: {
    label: 'Reverse proxies',
    meaning:
      'Each is a port of this computer that stands for a server: what connects to it is recorded and passed on. It can take over the port of a service that moved to another one.',
  },
  passThroughHosts: {
    label: 'Pass-through hosts',
    meaning:
      'Connections to these hosts are passed through unread: for applications that accept only their own certificate.',
  },
  insecureHosts: {
    label: 'Accepted untrusted hosts',
    meaning:
      'Certificates of these hosts are accepted although this computer does not trust them. Anybody on the way could read along.',
  },
  upstreamProxy: {
    label: 'Upstream proxy',
    meaning:
      'How Plumbline itself reaches servers: directly, as the environment says, through one proxy, or as a PAC file says. Holds for connections made later.',
  },
  hosts: {
    label: 'Hosts overrides',
    meaning:
      'Connections to these hosts go to another address, without a lookup. The name in the request, in TLS and in certificates stays.',
  },
  clientCertificates: {
    label: 'Client certificates',
    meaning:
      'Shown to these hosts when they ask who is connecting. The files stay where they are; the first that fits a host is used.',
  },
  keepTlsKeys: {
    label: 'Keep TLS keys in the session',
    meaning:
      'The keys of every TLS connection are stored with the session, so that packets captured elsewhere can be decrypted. Whoever has the session file and such packets can read them; holds for connections made later.',
  },
  bodyBytesMax: {
    label: 'Largest body kept',
    meaning:
      'Of each body at most this much is stored; the rest passes and is counted, and the exchange says so. Holds for exchanges that begin later.',
  },
  diskFreeBytesMin: {
    label: 'Disk space to keep free',
    meaning:
      'Recording pauses while less than this is free where the session is, and goes on by itself. Connections are not affected.',
  },
  sessionBytesMax: {
    label: 'Largest session',
    meaning:
      'Recording pauses when the session file has reached this size, until a new session is started or the limit is raised.',
  },
  protoFiles: {
    label: 'Proto files',
    meaning:
      'Files and folders with .proto files. gRPC messages are then shown with the names in them. A folder is read with all below it, and imports are looked up from it.',
  },
  theme: { label: 'Theme', meaning: 'Light or dark colours, or as the system has them.' },
  density: { label: 'Density', meaning: 'How high the rows of lists are: 24 or 20 pixels.' },
  timeFormat: {
    label: 'Time of day',
    meaning:
      'How the time of an exchange is written: local date and time, the same in UTC, or local time only.',
  },
  keys: {
    label: 'Keys',
    meaning: 'What each key does. The file holds the commands whose keys are not the usual ones.',
  },
  recentSessions: { label: 'Recent sessions', meaning: 'Paths of the sessions opened last, newest first.' },
  openSessions: {
    label: 'Open sessions',
    meaning:
      'Paths of the sessions that are open beside the one recorded into. The next start opens them again for reading.',
  },
};

export const settingKeys = Object.keys(schemas) as readonly SettingKey[];

/**
 * The settings in an object as the file holds it; unknown members are passed over. Failure: `setting-invalid`,
 * naming the first member that is not valid.
 */
export function readSettings(file: unknown): Result<Settings> {
  if (!isObject(file)) return fail('setting-invalid', 'The settings must be one JSON object: { … }.');
  const read: Record<string, unknown> = {};
  for (const key of settingKeys) {
    const given = file[key];
    if (given === undefined) {
      read[key] = defaultSettings[key];
      continue;
    }
    const checked = schemas[key].safeParse(given);
    if (!checked.success) return invalid(key, checked.error);
    read[key] = checked.data;
  }
  return succeed(read as Settings);
}

/**
 * What the file holds after a change: unknown members stay as they are, and a setting at its default is left out.
 * `change` may come from anywhere. Failures: `setting-unknown`, `setting-invalid`.
 */
export function changeSettings(
  file: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Result<Record<string, unknown>> {
  const changed: Record<string, unknown> = { ...file };
  for (const [name, value] of Object.entries(change)) {
    const key = settingKeys.find((one) => one === name);
    if (key === undefined) return fail('setting-unknown', `There is no setting "${name.slice(0, 80)}".`);
    const checked = value === null ? null : schemas[key].safeParse(value);
    if (checked !== null && !checked.success) return invalid(key, checked.error);
    if (checked === null || sameValue(checked.data, defaultSettings[key]))
      Reflect.deleteProperty(changed, key);
    else changed[key] = checked.data;
  }
  return succeed(changed);
}

/** Whether a setting has the value that it has when nobody set it. */
export function isDefault(settings: Settings, key: SettingKey): boolean {
  return sameValue(settings[key], defaultSettings[key]);
}

/** Equal as JSON; the members of records in the same order. */
export function sameValue(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function invalid(key: SettingKey, error: z.ZodError): Failed {
  const [issue] = error.issues;
  const where = (issue?.path ?? []).map((step) =>
    typeof step === 'number' ? `, entry ${step + 1}` : ` of ${String(step).slice(0, 80)}`,
  );
  return fail('setting-invalid', `${settingTexts[key].label} ("${key}"${where.join('')}): ${plain(issue)}`);
}

function plain(issue: z.core.$ZodIssue | undefined): string {
  const message = issue?.message ?? 'This value is not valid.';
  // The library's own words for a value of a wrong type.
  const wrongType = /^Invalid input: expected (\w+)/.exec(message)?.[1];
  return wrongType === undefined
    ? message
    : `A value of type ${typeWords[wrongType] ?? wrongType} is needed.`;
}

const typeWords: Readonly<Record<string, string>> = { array: 'list', record: 'object', string: 'text' };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
