import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the system gives to whoever does not choose: nobody gets one of these by chance. */
const lowest = 20_000;
const count = 12_000;

/** A port that nobody listened on a moment ago, for programs that cannot choose one for themselves. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, host, () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
