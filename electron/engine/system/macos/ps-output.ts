/**
 * Output of `ps -ww -o pid=,ppid=,X=` (ps(1)): two numbers and the rest of the line, by process id. The rest is a
 * program file or a command line, and may hold spaces.
 */
export function parsePs(
  text: string,
): ReadonlyMap<number, { readonly parentId: number; readonly rest: string }> {
  const processes = new Map<number, { parentId: number; rest: string }>();
  for (const line of text.split('\n')) {
    const [, id, parentId, rest = ''] = /^ {0,20}(\d{1,10}) {1,20}(\d{1,10}) (.{0,8192})/.exec(line) ?? [];
    if (id !== undefined) processes.set(Number(id), { parentId: Number(parentId), rest: rest.trim() });
  }
  return processes;
}
