import { join } from 'node:path';
import { clientKey, type ClientProcess } from '../client-process.ts';
import type { Lookup } from '../lookup.ts';
import { nameProgram } from '../program-name.ts';
import { runTool } from '../run-tool.ts';
import { parseNetstat } from './netstat-output.ts';
import { parseTasklist } from './tasklist-output.ts';

/** netstat for the sockets, tasklist for the names of processes; neither tells a program's folder or its arguments. */
export function createWindowsLookup(): Lookup {
  const folder = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
  return {
    find: async (connections) => {
      const [sockets, tasks] = await Promise.all([
        runTool(join(folder, 'netstat.exe'), ['-ano']),
        runTool(join(folder, 'tasklist.exe'), ['/FO', 'CSV', '/NH']),
      ]);
      const holders = parseNetstat(sockets ?? '');
      const names = parseTasklist(tasks ?? '');
      return connections.map((connection): ClientProcess | null => {
        const id = holders.get(clientKey(connection));
        const processName = id === undefined ? undefined : names.get(id);
        if (id === undefined || processName === undefined) return null;
        const program = { processName, path: null, args: [processName], sandbox: null };
        return { id, path: null, ...nameProgram(program) };
      });
    },
    isCheap: () => false,
    close: () => undefined,
  };
}
