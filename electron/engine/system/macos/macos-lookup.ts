import { clientKey, type ClientProcess } from '../client-process.ts';
import type { Lookup } from '../lookup.ts';
import { isHelper, nameProgram } from '../program-name.ts';
import { runTool } from '../run-tool.ts';
import { parseLsof, type SocketHolder } from './lsof-output.ts';
import { parsePs } from './ps-output.ts';

const lsof = '/usr/sbin/lsof';
const ps = '/bin/ps';
/** Processes that work for each other lie at most so deep. */
const helperDepthMax = 4;

/** lsof for the sockets of the round, then ps for what is known of all processes. Sees the person's own processes only. */
export function createMacosLookup(): Lookup {
  return {
    find: async (connections) => {
      const ports = new Set(connections.map(({ localPort }) => localPort));
      const listed = await runTool(lsof, [
        '-nP',
        ...[...ports].map((port) => `-iTCP:${port}`),
        '-sTCP:ESTABLISHED',
        '-Fpcn',
      ]);
      const holders = parseLsof(listed ?? '');
      const found = connections.map((connection) => holders.get(clientKey(connection)) ?? null);
      if (found.every((holder) => holder === null)) return found.map(() => null);
      const [files, commands] = await Promise.all([
        runTool(ps, ['-axww', '-o', 'pid=,ppid=,comm=']),
        runTool(ps, ['-axww', '-o', 'pid=,ppid=,args=']),
      ]);
      const names = createNames(files ?? '', commands ?? '');
      return found.map((holder) => (holder === null ? null : names(holder)));
    },
    isCheap: () => false,
    close: () => undefined,
  };
}

function createNames(files: string, commands: string): (holder: SocketHolder) => ClientProcess {
  const paths = parsePs(files);
  const lines = parsePs(commands);
  const known = new Map<number, ClientProcess>();
  const programOf = (id: number): { path: string | null; args: string[] } => {
    const path = paths.get(id)?.rest ?? null;
    const line = lines.get(id)?.rest ?? '';
    // The first argument mostly is the program file, which may hold spaces; the others are parted by them.
    const rest = path !== null && line.startsWith(path) ? line.slice(path.length).trim() : line;
    return { path, args: [path ?? '', ...rest.split(' ', 64)].filter((arg) => arg !== '') };
  };
  return ({ processId, processName }) => {
    const before = known.get(processId);
    if (before !== undefined) return before;
    let id = processId;
    let program = programOf(id);
    for (let depth = 0; depth < helperDepthMax && isHelper(program.args, program.path); depth++) {
      const parentId = paths.get(id)?.parentId ?? 0;
      if (parentId <= 1) break;
      id = parentId;
      program = programOf(id);
    }
    const name = nameProgram({ processName, ...program, sandbox: null });
    const made: ClientProcess = { id, path: program.path, ...name };
    known.set(processId, made);
    return made;
  };
}
