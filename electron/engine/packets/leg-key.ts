import type { ConversationRecord } from '../../../core/model/exchange-record.ts';

/** An address as packets show it: IPv4 that a socket shows as IPv6 is IPv4, and without a zone. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
}

/** How a conversation is named by its ends, whoever opened it first. */
export function endsKey(
  clientAddress: string,
  clientPort: number,
  serverAddress: string,
  serverPort: number,
): string {
  return `${plainAddress(clientAddress)} ${clientPort} ${plainAddress(serverAddress)} ${serverPort}`;
}

/** The same for a leg of the proxy: the client of the server leg is the proxy. */
export function legKey({
  role,
  localAddress,
  localPort,
  remoteAddress,
  remotePort,
}: ConversationRecord): string {
  return role === 'client'
    ? endsKey(remoteAddress, remotePort, localAddress, localPort)
    : endsKey(localAddress, localPort, remoteAddress, remotePort);
}
