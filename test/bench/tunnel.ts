/**
 * The floor nothing can beat: a relay that reads nothing but the first request head, or (`tunnel.ts PORT`) nothing at
 * all and passes on to that port. Prints its port.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

function join(from: Socket, to: Socket): void {
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

const fixedPort = process.argv[2];

function passOn(client: Socket, port: number): void {
  client.pause();
  const upstream = connect({ host: '127.0.0.1', port, noDelay: true });
  upstream.on('error', () => client.destroy());
  upstream.once('connect', () => {
    join(client, upstream);
    join(upstream, client);
    client.resume();
  });
}

const server = createServer({ noDelay: true }, (client) => {
  client.on('error', () => undefined);
  if (fixedPort !== undefined) {
    passOn(client, Number(fixedPort));
    return;
  }
  client.once('data', (first: Buffer) => {
    client.pause();
    const head = first.toString('latin1');
    const isConnect = head.startsWith('CONNECT ');
    const authority = isConnect ? head.split(' ')[1] : /^\w+ http:\/\/([^/]+)/.exec(head)?.[1];
    const [host = '', port = ''] = (authority ?? '').split(':');
    const upstream = connect({ host, port: Number(port), noDelay: true });
    upstream.on('error', () => client.destroy());
    upstream.once('connect', () => {
      if (isConnect) client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      else upstream.write(first);
      join(client, upstream);
      join(upstream, client);
      client.resume();
    });
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
process.once('disconnect', () => process.exit());
