import type { Socket } from 'node:net';
import type { ClientProcess } from '../system/client-process.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';

/** The leg of a client that has just been accepted; whoever it is, is looked for. */
export function createClientLeg(context: ProxyContext, raw: Socket): Leg {
  const { localAddress = '', localPort = 0 } = raw;
  const process = findClient(context, raw, localAddress, localPort);
  return createLeg({
    ...{ role: 'client', raw, dialled: null, hostName: null, process },
    visitor: context.visitor,
  });
}

/** The process at the other end, which believes to speak with this address and port; null while nobody is named. */
export function findClient(
  context: ProxyContext,
  { remoteAddress = '', remotePort = 0 }: Socket,
  localAddress: string,
  localPort: number,
): Promise<ClientProcess | null> | null {
  return context.clientFinder()?.find({ localAddress, localPort, remoteAddress, remotePort }) ?? null;
}
