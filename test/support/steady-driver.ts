import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Asks a fixed number of questions a second through a proxy, and notes when each answer was complete. */
export interface SteadyDriver {
  /** `Date.now()` by the number in the path. */
  readonly endedAtMs: ReadonlyMap<number, number>;
  /** `Date.now()` of the first question. */
  readonly startedAtMs: number;
  /** Asks no more and closes its connections. */
  readonly stop: () => void;
}

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n' + 'x'.repeat(100);
const connections = 16;
const tickMs = 5;

/** Answers every head with the same bytes; cheap, so that the machine is left to what is tested. */
export async function startPlainOrigin(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => {
    let tail = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const heads = (tail + chunk.toString('latin1')).split('\r\n\r\n');
      tail = heads.pop() ?? '';
      for (let left = heads.length; left > 0; left--) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

/** Paths are `/<from>`, `/<from + 1>` and so on. Connections that break are not replaced. */
export async function drive(
  proxy: { readonly host: string; readonly port: number },
  originPort: number,
  perSecond: number,
  from: number,
): Promise<SteadyDriver> {
  const endedAtMs = new Map<number, number>();
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(proxy)));
  const idle = [...sockets];
  let next = from;
  const startedAtMs = Date.now();
  const ask = (): void => {
    const due = from + Math.floor(((Date.now() - startedAtMs) * perSecond) / 1000);
    while (next < due) {
      const socket = idle.shift();
      if (socket === undefined) return;
      const number = next++;
      let received = 0;
      const onData = (chunk: Buffer): void => {
        received += chunk.length;
        if (received < answer.length) return;
        socket.off('data', onData);
        endedAtMs.set(number, Date.now());
        idle.push(socket);
      };
      socket.on('data', onData);
      const host = `127.0.0.1:${originPort}`;
      socket.write(`GET http://${host}/${number} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    }
  };
  const timer = setInterval(ask, tickMs);
  return {
    endedAtMs,
    startedAtMs,
    stop: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function open({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
