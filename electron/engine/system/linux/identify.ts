import type { ClientProcess } from '../client-process.ts';
import { isHelper, nameProgram } from '../program-name.ts';
import type { ProcessStat } from './proc-files.ts';
import { readArguments, readProgramFile, readSandbox, readStat } from './proc.ts';

/** Processes that work for each other lie at most so deep. */
const helperDepthMax = 6;

/**
 * Who a process is to a person: itself, or the application that it is a helper of, a browser for its network
 * service.
 */
export function identify(id: number, stat: ProcessStat): ClientProcess {
  let best = { id, stat, path: readProgramFile(id), args: readArguments(id) };
  for (let depth = 0; depth < helperDepthMax && isHelper(best.args, best.path); depth++) {
    const { parentId } = best.stat;
    const parent = parentId > 1 ? readStat(parentId) : null;
    if (parent === null) break;
    best = { id: parentId, stat: parent, path: readProgramFile(parentId), args: readArguments(parentId) };
  }
  const { path, args } = best;
  const name = nameProgram({ processName: best.stat.name, path, args, sandbox: readSandbox(best.id) });
  return { id: best.id, path: path?.replace(/ \(deleted\)$/, '') ?? null, ...name };
}
