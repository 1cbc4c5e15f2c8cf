import type { Destination } from './destination.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { dialThrough } from './upstream/dial-through.ts';

/** Another connection to where one was made before, by the same rules; null if there is none to be had. */
export async function dialAgain(context: ProxyContext, { host, port }: Destination): Promise<Leg | null> {
  const dialled = await dialThrough(context, { scheme: 'https', host, port }, 'tunnel').outcome;
  if (!dialled.ok) return null;
  return createLeg({
    role: 'server',
    raw: dialled.socket,
    wire: dialled.wire,
    dialled: dialled.report,
    hostName: host,
  });
}
