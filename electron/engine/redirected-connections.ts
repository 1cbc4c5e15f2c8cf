import type { Socket } from 'node:net';
import type { ProxyContext } from './proxy/proxy-context.ts';
import { serveRedirected, type RedirectedFrom } from './proxy/redirected-arrival.ts';
import type { RedirectedConnection } from './system/redirect-channel.ts';

/** The connections of one engine that were redirected to it. */
export interface RedirectedConnections {
  readonly serve: (connection: RedirectedConnection, from: RedirectedFrom) => void;
  /** Resolves when none is open any more, or after this time. */
  readonly idle: (waitMsMax: number) => Promise<void>;
  /** Closes those that are open. */
  readonly close: () => void;
}

export function createRedirectedConnections(context: ProxyContext): RedirectedConnections {
  const open = new Set<Socket>();
  return {
    serve: (connection, from) => {
      const { socket } = connection;
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      serveRedirected(context, connection, from);
    },
    idle: async (waitMsMax) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMsMax)));
      const closed = [...open].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      await Promise.race([Promise.all(closed), late]);
      clearTimeout(timer);
    },
    close: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
