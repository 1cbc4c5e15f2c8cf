import type { Arrival } from './arrival.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { dialThrough } from './upstream/dial-through.ts';

/** Another connection to where one was made before, by the same rules; null if there is none to be had. */
export async function dialAgain(
  context: ProxyContext,
  { destination: { host, port }, reach }: Arrival,
): Promise<Leg | null> {
  const way = reach?.() ?? dialThrough(context, { scheme: 'https', host, port }, 'tunnel');
  const dialled = await way.outcome;
  if (!dialled.ok) return null;
  return createLeg({
    role: 'server',
    raw: dialled.socket,
    wire: dialled.wire,
    dialled: dialled.report,
    hostName: host,
  });
}
