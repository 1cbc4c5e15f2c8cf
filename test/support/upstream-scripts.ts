import type { UpstreamScript } from './upstream-servers.ts';

/** Where tunnels of tests end: the port is in the CONNECT. */
export const portIn = (head: Buffer): number => Number(/:(\d+) /.exec(head.toString())?.[1]);

export const tunnelling =
  (delayMs = 0, behind = ''): UpstreamScript =>
  async ({ take, send, join }) => {
    const head = await take('\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    send(`HTTP/1.1 200 Go ahead\r\nX-Proxy: yes\r\n\r\n${behind}`);
    join(portIn(head));
  };
export const answering =
  (text: string): UpstreamScript =>
  async ({ take, send, socket }) => {
    await take('\r\n\r\n');
    send(text);
    socket.end();
  };
export const socks4: UpstreamScript = async ({ take, send, join }) => {
  const head = await take(8);
  await take('\0');
  if (head[4] === 0 && head[7] !== 0) await take('\0');
  send([0, 90, 0, 0, 0, 0, 0, 0]);
  join(head.readUInt16BE(2), head[4] === 127 ? head.subarray(4).join('.') : '127.0.0.1');
};
export const socks5 =
  (method: number, code = 0): UpstreamScript =>
  async ({ take, send, join, socket }) => {
    await take((await take(2))[1] ?? 0);
    send([5, method]);
    if (method === 2) {
      await take((await take(2))[1] ?? 0);
      await take((await take(1))[0] ?? 0);
      send([1, 0]);
    }
    if (method === 255) return void socket.end();
    const [, , , kind = 0] = await take(4);
    const place = await take(kind === 3 ? ((await take(1))[0] ?? 0) : 4);
    const port = (await take(2)).readUInt16BE();
    send([5, code, 0, 3, 4, ...Buffer.from('host'), 1, 2]);
    if (code === 0) join(port, kind === 1 ? place.join('.') : '127.0.0.1');
  };
