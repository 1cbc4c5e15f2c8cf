import { redirectElsewhere } from '../../core/model/redirect-words.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { UdpCounts } from '../../core/model/udp-counts.ts';
import type { RedirectedConnections } from '../engine/redirected-connections.ts';
import { prepareCgroupProgram } from '../engine/system/cgroup-program.ts';
import type { RedirectedProgram } from '../engine/system/redirect.ts';
import { redirectHere } from './transparent.ts';

/** A program that is watched, in whichever way. */
export interface Running extends Pick<RedirectedProgram, 'exitCode' | 'signal'> {
  /** Ends what it left running; gives what became of UDP. */
  readonly stop: () => Promise<UdpCounts | null>;
}

/** Whom sudo was called by; null for root itself. */
export function callingUser(): { readonly uid: number; readonly gid: number } | null {
  const [uid, gid] = [process.env['SUDO_UID'], process.env['SUDO_GID']].map(Number);
  if (process.geteuid?.() !== 0 || uid === undefined || gid === undefined) return null;
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : null;
}

/**
 * Starts a program in this machine's network, as the user who called sudo: what it does is told from the rest by its
 * cgroup. Failures: `system-unsupported`, `needs-root`, those of `prepareCgroupProgram` and `redirectHere`.
 */
export async function runInCgroup(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  redirected: RedirectedConnections,
): Promise<Result<Running>> {
  const elsewhere = redirectElsewhere(process.platform);
  if (elsewhere !== null) return fail('system-unsupported', elsewhere);
  if (process.geteuid?.() !== 0) {
    return fail(
      'needs-root',
      '--same-network sets rules of this machine, which takes root: start it with sudo, or leave the option out.',
    );
  }
  const prepared = prepareCgroupProgram();
  if (!prepared.ok) return prepared;
  const { cgroup, start, stop } = prepared.value;
  const scope = { kind: 'cgroup' as const, path: cgroup };
  const redirecting = await redirectHere({ port: 0, scope, exclude: [], refuseQuic: true }, redirected);
  if (!redirecting.ok) {
    await stop();
    return redirecting;
  }
  const { exitCode, signal } = start({ program, args, user: callingUser(), stdio: 'inherit', env });
  return succeed({
    exitCode,
    signal,
    stop: async () => {
      await stop();
      return redirecting.value.stop();
    },
  });
}
