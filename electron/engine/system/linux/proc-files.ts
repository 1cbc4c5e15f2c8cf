/** What /proc/PID/stat says of a process. */
export interface ProcessStat {
  /** The name the kernel knows, at most 15 bytes: the program's, or what the process calls itself. */
  readonly name: string;
  readonly parentId: number;
  /** When it began, in clock ticks since the start of the machine: with the id it is one process and no other. */
  readonly startTicks: number;
}

/**
 * /proc/PID/stat (proc_pid_stat(5)). The name may hold spaces, line ends and parentheses: it ends at the last one.
 * Null when it is cut short or damaged.
 */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  // From field 3, the state, on: the parent is field 4, the start time field 22.
  const fields = text.slice(close + 2).split(' ', 20);
  const parentId = Number(fields[1]);
  const startTicks = Number(fields[19]);
  if (!Number.isSafeInteger(parentId) || !Number.isSafeInteger(startTicks) || fields.length < 20) return null;
  return { name: text.slice(open + 1, close), parentId, startTicks };
}

/** Arguments that are looked at. */
const argumentsMax = 64;

/**
 * /proc/PID/cmdline, or its beginning: arguments that end with NUL. A process that writes its own title leaves one
 * text with spaces; Chromium's children do.
 */
export function parseCommandLine(text: string): string[] {
  if (text === '') return [];
  const whole = text.endsWith('\0') ? text.slice(0, -1) : text;
  const parts = whole.split('\0', argumentsMax);
  return parts.length === 1 && whole.includes(' -') ? whole.split(' ', argumentsMax) : parts;
}

/**
 * The application that a sandbox runs, from /proc/PID/cgroup (cgroups(7)): systemd scopes are called
 * `app-flatpak-ID-NUMBER.scope` by Flatpak and `snap.NAME.APP…` by snapd. Null outside of both.
 */
export function sandboxOf(cgroups: string): string | null {
  const flatpak = /\/app-flatpak-([\w.-]{1,200}?)-\d{1,20}\.scope/.exec(cgroups)?.[1];
  if (flatpak !== undefined) return flatpak;
  return /\/snap\.([\w-]{1,100})\.[\w.-]{1,200}\.(?:scope|service)/.exec(cgroups)?.[1] ?? null;
}

/** Names of users by their numbers, from /etc/passwd (passwd(5)); lines that are none are passed over. */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , digits = ''] = line.split(':', 3);
    if (name === '' || name.length > 64 || !/^\d{1,10}$/.test(digits)) continue;
    if (!names.has(Number(digits))) names.set(Number(digits), name);
  }
  return names;
}
