import { succeed, fail, type Result } from '../../../core/model/result.ts';
import { filterProblem, bufferKib, type Wanted } from './interface-source.ts';
import type { SourceCommand } from './source-process.ts';

/** As Npcap names them, such as `\Device\NPF_{4D36E972-…}` and `\Device\NPF_Loopback`. */
const deviceName = /^\\Device\\NPF_[{}A-Za-z0-9-]{1,48}$/;

/** Windows: dumpcap of an installed Wireshark writes pcap (-P) to its standard output. Failures: `no-such-interface`, `bad-filter`. */
export function dumpcapCommand(dumpcap: string, { name, filter, snapBytes }: Wanted): Result<SourceCommand> {
  if (!deviceName.test(name)) {
    return fail('no-such-interface', `"${name}" is no name of an interface that packets can be captured on.`);
  }
  const problem = filterProblem(filter);
  if (problem !== null) return fail('bad-filter', problem);
  const args = ['-i', name, '-P', '-q', '-s', String(snapBytes), '-B', String(bufferKib / 1024)];
  return succeed({
    program: dumpcap,
    args: [...args, ...(filter === '' ? [] : ['-f', filter]), '-w', '-'],
    // Windows programs do not start without it.
    env: { SystemRoot: 'C:\\Windows' },
    listens: false,
    startTimeoutMs: 15_000,
    failureOfCode: () => null,
  });
}
