import { execFile } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { interfaceCommand, type Wanted } from './interface-source.ts';
import type { SourceCommand } from './source-process.ts';

const nsenter = '/usr/bin/nsenter';

/** Names and ids of containers, as docker and podman allow them. */
const containerName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/;

/**
 * In the network of a process. Only root may enter another one than its own. Failures: `no-permission`, `cannot-capture`,
 * `no-such-interface`, `bad-filter`.
 */
export function processCommand(
  helper: string,
  pid: number,
  wanted: Wanted,
  isRoot = process.geteuid?.() === 0,
): Result<SourceCommand> {
  const inside = interfaceCommand(helper, wanted);
  if (!inside.ok) return inside;
  const own = networkOf('self');
  const other = networkOf(String(pid));
  if (own !== null && own === other) return inside;
  if (!existsSync(`/proc/${pid}`)) {
    return fail('cannot-capture', `There is no process ${pid}. Choose one that runs.`);
  }
  if (!isRoot) {
    return fail(
      'no-permission',
      `Process ${pid} has a network of its own, which only root may enter. Start Plumbline with sudo for that.`,
    );
  }
  if (other === null || !existsSync(nsenter)) {
    return fail(
      'cannot-capture',
      `The network of process ${pid} cannot be entered (nsenter of util-linux does that).`,
    );
  }
  const { program, args } = inside.value;
  return succeed({
    ...inside.value,
    program: nsenter,
    args: [`--net=/proc/${pid}/ns/net`, '--', program, ...args],
  });
}

function networkOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return null;
  }
}

const runtimes = ['/usr/bin/docker', '/usr/local/bin/docker', '/usr/bin/podman', '/usr/local/bin/podman'];
const timeoutMs = 10_000;

/** The process a container runs, by docker or podman. Failures: `cannot-capture`. */
export async function containerPid(container: string, tools = runtimes): Promise<Result<number>> {
  if (!containerName.test(container)) {
    return fail('cannot-capture', `"${container}" is no name or id of a container.`);
  }
  const present = tools.filter((file) => existsSync(file));
  if (present.length === 0) {
    return fail(
      'cannot-capture',
      'Neither docker nor podman is installed here. Name a process of the container instead.',
    );
  }
  for (const tool of present) {
    const pid = await inspect(tool, container);
    if (pid === 0) return fail('cannot-capture', `The container ${container} does not run. Start it first.`);
    if (pid !== null) return succeed(pid);
  }
  return fail(
    'cannot-capture',
    `No container ${container} is known here, or this user may not ask. Try: ${present[0] ?? 'docker'} ps`,
  );
}

/** 0 for one that does not run, null for none. */
function inspect(tool: string, container: string): Promise<number | null> {
  const args = ['container', 'inspect', '--format', '{{.State.Pid}}', container];
  return new Promise((resolve) => {
    execFile(tool, args, { encoding: 'utf8', timeout: timeoutMs }, (error, stdout) => {
      const said = stdout.trim();
      resolve(error === null && /^\d{1,10}$/.test(said) ? Number(said) : null);
    });
  });
}
