import { clientKey, type ClientConnection } from '../client-process.ts';
import { addressHex } from './address-hex.ts';
import type { PerlRelay, SocketQuestion } from './perl-relay.ts';
import type { SocketTable } from './socket-table.ts';

/** Sockets as the kernel's sock_diag tells them one by one, through perl. */
export function createDiagTable(relay: PerlRelay): SocketTable {
  return {
    isCheap: true,
    read: async (connections) => {
      const asked = connections.filter((connection) => questionOf(connection) !== null);
      if (asked.length === 0) return [];
      const answers = await relay.sockets(asked.flatMap((connection) => questionOf(connection) ?? []));
      if (answers === null) return null;
      return asked.flatMap((connection, at) => {
        const answer = answers[at] ?? null;
        return answer === null ? [] : [{ key: clientKey(connection), ...answer }];
      });
    },
    close: relay.close,
  };
}

/** Null for what are no addresses of one family. */
function questionOf({
  remoteAddress,
  remotePort,
  localAddress,
  localPort,
}: ClientConnection): SocketQuestion | null {
  const own = addressHex(remoteAddress);
  const peer = addressHex(localAddress);
  if (own === null || peer?.length !== own.length) return null;
  return { own, ownPort: remotePort, peer, peerPort: localPort };
}
