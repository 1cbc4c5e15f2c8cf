import { execFile } from 'node:child_process';
import { z } from 'zod';
import { installedHelper, isTrustedBuilt, isTrustedInstalled } from './helper-file.ts';

const listed = z.object({
  allowed: z.boolean(),
  tcpdump: z.string().nullable(),
  interfaces: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['loopback', 'ethernet', 'wifi', 'bridge', 'virtual', 'vpn', 'any', 'other']),
      up: z.boolean(),
      addresses: z.array(z.string()),
    }),
  ),
});

/** A helper that may be run, and what it says of itself and of this machine. */
export interface Helper extends z.infer<typeof listed> {
  readonly path: string;
}

/** Where helpers may be. */
export interface HelperPlaces {
  readonly installed: string;
  /** The one that came with the program; has rights only where the program itself has them. */
  readonly built: string;
}

export function helperPlaces(built: string): HelperPlaces {
  return { installed: installedHelper, built };
}

const timeoutMs = 5000;
const outputBytesMax = 1024 * 1024;

/** One that has the right to capture, else one that can at least list; null where there is none that can be trusted. */
export async function findHelper({ installed, built }: HelperPlaces): Promise<Helper | null> {
  const trusted = [
    ...(isTrustedInstalled(installed) ? [installed] : []),
    ...(isTrustedBuilt(built) ? [built] : []),
  ];
  let best: Helper | null = null;
  for (const place of trusted) {
    const helper = await ask(place);
    if (helper?.allowed === true) return helper;
    best ??= helper;
  }
  return best;
}

/** Null also where it may not be run: it may be installed for another user. */
function ask(place: string): Promise<Helper | null> {
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', timeout: timeoutMs, maxBuffer: outputBytesMax, env: {} } as const;
    execFile(place, ['list'], options, (error, stdout) => {
      const said = error === null ? listed.safeParse(parse(stdout)) : null;
      resolve(said?.success === true ? { path: place, ...said.data } : null);
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
