import { setTimeout as wait } from 'node:timers/promises';
import { adbFailure, hasSucceeded } from '../../../../core/devices/adb-failures.ts';
import { isRootId } from '../../../../core/devices/adb-output.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import type { AdbTarget } from './adb-target.ts';
import { forwardPort } from './device-proxy.ts';
import type { AdbSeen } from './device-view.ts';

/** `su` may ask somebody who has to find the device first. */
const suTimeoutMs = 45_000;
const rootTimeoutMs = 15_000;
const reconnectTimeoutMs = 20_000;
const reconnectTriesMax = 10;
const reconnectEveryMs = 300;

/** Makes a shell command one that root runs; the command holds no quotes. */
export type AsRoot = (command: string) => readonly string[];

/** Failure: `no-root`, and those of adb. adb's server on the device stays root until that restarts. */
export async function becomeRoot(target: AdbTarget, seen: AdbSeen): Promise<Result<AsRoot>> {
  const asAdb: AsRoot = (command) => ['shell', command];
  switch (seen.facts.root) {
    case null:
      return fail('no-root', 'No root can be had on this device.');
    case 'su': {
      const answer = await target.run(['shell', 'su -c id'], suTimeoutMs);
      if (answer.end === 'gone') return adbFailure(answer, 'asked for root');
      if (isRootId(answer.stdout)) return succeed((command) => ['shell', `su -c '${command}'`]);
      return fail(
        'no-root',
        'The device did not give root. Allow “Shell” root where its root manager asks for it, then try again.',
      );
    }
    case 'adb': {
      if (await isRoot(target)) return succeed(asAdb);
      const asked = await target.run(['root'], rootTimeoutMs);
      if (!hasSucceeded(asked) || asked.stdout.includes('cannot run as root'))
        return adbFailure(asked, 'became root');
      const back = await target.run(['wait-for-device'], reconnectTimeoutMs);
      if (!hasSucceeded(back)) return adbFailure(back, 'came back as root');
      for (let tries = 0; !(await isRoot(target)); tries += 1) {
        if (tries === reconnectTriesMax) return fail('no-root', 'adb did not become root on this device.');
        await wait(reconnectEveryMs);
      }
      // The ports that lead here ended with the connection.
      if (seen.isForwarded && seen.facts.proxy !== null) await forwardPort(target, seen.facts.proxy.port);
      return succeed(asAdb);
    }
    default:
      return seen.facts.root satisfies never;
  }
}

async function isRoot(target: AdbTarget): Promise<boolean> {
  return isRootId((await target.run(['shell', 'id'])).stdout);
}
