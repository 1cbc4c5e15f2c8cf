import type { Destination } from './destination.ts';
import { dial } from './dial.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';

/** Another connection to where one was made before; null if there is none to be had. */
export async function dialAgain(context: ProxyContext, { host, port }: Destination): Promise<Leg | null> {
  const dialled = await dial(host, port, context.refuse).outcome;
  if (!dialled.ok) return null;
  return createLeg({ role: 'server', raw: dialled.socket, dialled: dialled.report, hostName: host });
}
