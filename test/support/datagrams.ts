import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A port of 127.0.0.1 that nobody else has, and datagrams to it. */
export interface Datagrams {
  readonly port: number;
  /** A filter for these and nothing else. */
  readonly filter: string;
  /** Resolves when the kernel has taken them all. */
  readonly send: (count: number, bytes?: number) => Promise<void>;
}

export async function openDatagrams(): Promise<Datagrams> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', () => undefined);
  onTestFinished(() => void socket.close());
  const { port } = socket.address();
  return {
    port,
    filter: `udp port ${port}`,
    send: async (count, bytes = 20) => {
      for (let sent = 0; sent < count; sent++) {
        await new Promise<void>((resolve, reject) => {
          socket.send(Buffer.alloc(bytes, sent), port, '127.0.0.1', (error) => {
            if (error === null) resolve();
            else reject(error);
          });
        });
      }
    },
  };
}
