import type { ClientProcess } from './client-process.ts';
import { identify } from './linux/identify.ts';
import { readStat } from './linux/proc.ts';
import { nameProgram } from './program-name.ts';

/** Who a program is that was started here; if it has ended already, by what it was started as. */
export function programProcess(pid: number, program: string, args: readonly string[]): ClientProcess {
  const stat = readStat(pid);
  if (stat !== null) return identify(pid, stat);
  const named = nameProgram({ processName: program, path: null, args: [program, ...args], sandbox: null });
  return { id: pid, path: null, ...named };
}
