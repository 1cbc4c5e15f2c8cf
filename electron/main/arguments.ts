import { resolve } from 'node:path';

export interface DesktopArguments {
  readonly dataDir: string | null;
  readonly session: string | null;
  readonly proxy: string | null;
  readonly upstreamCa: readonly string[];
  readonly insecureHosts: readonly string[];
  readonly passThroughHosts: readonly string[];
}

/** The same options as on the command line; what is unknown (Chromium's own switches) is passed over. */
export function parseArguments(argv: readonly string[]): DesktopArguments {
  const values = new Map<string, string[]>();
  for (let index = 0; index < argv.length; index++) {
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(argv[index] ?? '');
    const name = match?.[1];
    if (name === undefined || !names.has(name)) continue;
    const value = match?.[2] ?? argv[++index];
    if (value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const last = (name: string): string | null => values.get(name)?.at(-1) ?? null;
  const path = (value: string | null): string | null => (value === null ? null : resolve(value));
  return {
    dataDir: path(last('data-dir') ?? process.env['PLUMBLINE_DATA_DIR'] ?? null),
    session: path(last('session')),
    proxy: last('proxy'),
    upstreamCa: values.get('upstream-ca') ?? [],
    insecureHosts: values.get('insecure-host') ?? [],
    passThroughHosts: values.get('pass-through') ?? [],
  };
}

const names = new Set(['data-dir', 'session', 'proxy', 'upstream-ca', 'insecure-host', 'pass-through']);
