import { execFileSync } from 'node:child_process';

/** Rows of a capture may be long: 64 MiB of text at most. */
const outputBytesMax = 64 * 1024 * 1024;

/** Such as `TShark (Wireshark) 4.0.17 (Git v4.0.17 …)`. */
export function tsharkVersion(): string {
  return tshark(['--version']).split('\n')[0] ?? '';
}

/** What tshark prints with these arguments; it throws with tshark's words unless it ends well. Nothing of a user's settings is read. */
export function tshark(args: readonly string[]): string {
  return execFileSync('tshark', ['-n', ...args], {
    encoding: 'utf8',
    maxBuffer: outputBytesMax,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WIRESHARK_CONFIG_DIR: '/nonexistent', HOME: '/nonexistent' },
  });
}

/**
 * These fields of every packet that passes `filter`, in their order; all occurrences of a field in one packet, separated by commas. `options`:
 * preferences as `-o` takes them.
 */
export function tsharkRows<Field extends string>(
  file: string,
  fields: readonly Field[],
  filter = '',
  options: readonly string[] = [],
): readonly Readonly<Record<Field, string>>[] {
  const text = tshark([
    ...['-r', file, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=,'],
    ...options.flatMap((option) => ['-o', option]),
    ...fields.flatMap((field) => ['-e', field]),
    ...(filter === '' ? [] : ['-Y', filter]),
  ]);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const cells = line.split('\t');
      return Object.fromEntries(fields.map((field, at) => [field, cells[at] ?? ''])) as Record<Field, string>;
    });
}
