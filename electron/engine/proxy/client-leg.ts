import type { Socket } from 'node:net';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';

/** The leg of a client that has just been accepted; whoever it is, is looked for. */
export function createClientLeg(context: ProxyContext, raw: Socket): Leg {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = raw;
  const process =
    context.clientFinder()?.find({ localAddress, localPort, remoteAddress, remotePort }) ?? null;
  return createLeg({ role: 'client', raw, dialled: null, hostName: null, process });
}
