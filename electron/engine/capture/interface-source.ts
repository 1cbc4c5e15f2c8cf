import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import type { SourceCommand } from './source-process.ts';
import { failureOf } from './tcpdump-words.ts';

/** What is captured, whichever way. */
export interface Wanted {
  readonly name: string;
  readonly filter: string;
  /** 0: all of a packet. */
  readonly snapBytes: number;
}

/** What the kernel keeps while nobody reads: at 20,000 packets of 1 KB a second it lasts a second, tcpdump's own 2 MiB 0.1 s. */
export const bufferKib = 65_536;

const startTimeoutMs = 10_000;

/** As the helper has it: letters, digits, `.`, `_` and `-`. */
const interfaceName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/;
const printable = /^[ -~]*$/;

/** Failures: `no-such-interface`, `bad-filter`. */
export function checkWanted({ name, filter }: Wanted): Result<null> {
  if (!interfaceName.test(name)) {
    return fail('no-such-interface', `"${name}" is no name of an interface that packets can be captured on.`);
  }
  const problem = filterProblem(filter);
  return problem === null ? succeed(null) : fail('bad-filter', problem);
}

/** What is wrong with the form of a filter, whatever it says. */
export function filterProblem(filter: string): string | null {
  if (filter.length > 4096) return 'The filter is longer than 4,096 characters.';
  if (!printable.test(filter)) return 'The filter holds a character that is not plain ASCII.';
  return filter.startsWith('-') ? 'A filter does not begin with a minus sign.' : null;
}

/** Failures: `no-such-interface`, `bad-filter`. */
export function interfaceCommand(helper: string, wanted: Wanted): Result<SourceCommand> {
  const checked = checkWanted(wanted);
  if (!checked.ok) return checked;
  const args = ['capture', '--interface', wanted.name, '--snaplen', String(wanted.snapBytes)];
  return succeed({
    program: helper,
    args: [...args, '--buffer-kib', String(bufferKib), '--filter', wanted.filter],
    env: {},
    listens: true,
    startTimeoutMs,
    failureOfCode: helperFailure,
  });
}

/** By the exit codes in native/plumbline-capture/capture.h. */
export function helperFailure(code: number | null, lines: readonly string[]): Failure | null {
  switch (code) {
    case 3:
      return fail('no-permission', 'The helper has lost its right to capture. Install it again.').error;
    case 4:
      return fail(
        'no-tcpdump',
        'tcpdump is not installed. Install it (Debian, Ubuntu: sudo apt install tcpdump).',
      ).error;
    case 5:
      return failureOf(lines.filter((line) => line.startsWith('plumbline-capture: ')));
    default:
      return null;
  }
}

/** macOS: tcpdump opens the devices itself, for who may read them. Failures: `no-such-interface`, `bad-filter`. */
export function tcpdumpCommand(wanted: Wanted): Result<SourceCommand> {
  const checked = checkWanted(wanted);
  if (!checked.ok) return checked;
  const { name, filter, snapBytes } = wanted;
  const args = ['-i', name, '-s', String(snapBytes), '-B', String(bufferKib), '-n', '-U', '-w', '-'];
  return succeed({
    program: '/usr/sbin/tcpdump',
    args: [...args, ...(filter === '' ? [] : ['--', filter])],
    env: {},
    listens: false,
    startTimeoutMs,
    failureOfCode: () => null,
  });
}
