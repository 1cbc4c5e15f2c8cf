import { adbFailure, hasSucceeded } from '../../../../core/devices/adb-failures.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import type { AdbTarget } from './adb-target.ts';
import { deviceProxyHost, proxyState, type AdbSeen } from './device-view.ts';

const setting = ['shell', 'settings'] as const;

/**
 * Sends the device's traffic to a port of its own, which adb carries to the same port of this computer. So no device needs the proxy to be open to a network or a code
 * to come in: its connections come from this computer. The same way works over USB, over Wi-Fi and in emulators, whose alias 10.0.2.2 no other device knows.
 */
export async function setDeviceProxy(target: AdbTarget, port: number): Promise<Result<unknown>> {
  const forwarded = await forwardPort(target, port);
  if (!forwarded.ok) return forwarded;
  const put = [...setting, 'put', 'global', 'http_proxy', `${deviceProxyHost}:${port}`];
  const done = await target.ask('set the proxy', put);
  if (!done.ok) await target.run(['reverse', '--remove', `tcp:${port}`]);
  return done;
}

/** Leads a port of the device to the same one of this computer. It ends with adb's connection to the device. */
export async function forwardPort(target: AdbTarget, port: number): Promise<Result<unknown>> {
  const run = await target.run(['reverse', `tcp:${port}`, `tcp:${port}`]);
  return hasSucceeded(run) ? succeed(null) : adbFailure(run, 'opened a port');
}

/** Takes away what `setDeviceProxy` did. Failure: `other-proxy`, for a proxy that is none of ours. */
export async function unsetDeviceProxy(target: AdbTarget, seen: AdbSeen): Promise<Result<unknown>> {
  if (proxyState(seen, null) === 'other') {
    return fail(
      'other-proxy',
      'The device uses a proxy that Plumbline has not set. Change it in the settings there.',
    );
  }
  // `:0` takes effect at once, which deleting alone does not; what is deleted leaves nothing behind.
  const none = await target.ask('took the proxy off', [...setting, 'put', 'global', 'http_proxy', ':0']);
  if (!none.ok) return none;
  const deleted = await target.ask('took the proxy off', [...setting, 'delete', 'global', 'http_proxy']);
  const port = seen.facts.proxy?.port;
  // It is gone already where the device was connected anew.
  if (port !== undefined) await target.run(['reverse', '--remove', `tcp:${port}`]);
  return deleted;
}
