import type { Machine, PacketLab } from './packet-lab.ts';

/** Small conversations for a lab, each over when its promise resolves. `from`: where the client is; the server's machine if not given otherwise. */

/** TCP: the client sends so many bytes and ends, the server answers how many came. */
export async function playTcp(
  lab: PacketLab,
  bytes: number,
  ipv6 = false,
  to = serverAddress(lab, ipv6),
  from: Machine = 'client',
): Promise<void> {
  const server = lab.node(
    'server',
    `const server = net.createServer({ allowHalfOpen: true }, (peer) => {
       let count = 0;
       peer.on('data', (part) => (count += part.length));
       peer.on('end', () => peer.end('got ' + count));
       server.close();
     });
     server.listen(0, args[0], () => print('listening ' + server.address().port));`,
    to,
  );
  const [, port = ''] = await server.says(/listening (\d+)/);
  const client = lab.node(
    from,
    `const peer = net.connect(+args[1], args[0]);
     peer.on('data', (part) => print(String(part)));
     peer.end(Buffer.alloc(+args[2], 'plumbline '));`,
    ...[to, port, String(bytes)],
  );
  await client.says(new RegExp(`got ${bytes}`));
  await client.ended();
  await server.ended();
}

/** UDP: one datagram there and one back. */
export async function playUdp(
  lab: PacketLab,
  bytes: number,
  ipv6 = false,
  to = serverAddress(lab, ipv6),
  from: Machine = 'client',
): Promise<void> {
  const kind = ipv6 ? 'udp6' : 'udp4';
  const server = lab.node(
    'server',
    `const socket = dgram.createSocket(args[1]);
     socket.on('message', (message, { port, address }) => socket.send(message, port, address, () => socket.close()));
     socket.bind(0, args[0], () => print('bound ' + socket.address().port));`,
    ...[to, kind],
  );
  const [, port = ''] = await server.says(/bound (\d+)/);
  const client = lab.node(
    from,
    `const socket = dgram.createSocket(args[1]);
     socket.on('message', (message) => { print('back ' + message.length); socket.close(); });
     socket.send(Buffer.alloc(+args[3], 'datagram '), +args[2], args[0]);`,
    ...[to, kind, port, String(bytes)],
  );
  await client.says(new RegExp(`back ${bytes}`));
  await client.ended();
  await server.ended();
}

/** Two connections with Fast Open. */
export async function playFastOpen(lab: PacketLab): Promise<void> {
  for (const machine of ['client', 'server'] as const)
    await lab.run(machine, 'sh', ['-c', 'echo 3 > /proc/sys/net/ipv4/tcp_fastopen']);
  const script = lab.fixture('fast-open.py');
  const server = lab.start('server', 'python3', [script, 'server', lab.server.ipv4]);
  const [, port = ''] = await server.says(/listening (\d+)/);
  await lab.run('client', 'python3', [script, 'client', lab.server.ipv4, port]);
  await server.ended();
}

/** The server reads nothing for so long, with a small window. */
export async function playSlowReader(lab: PacketLab, bytes: number, stallMs: number): Promise<void> {
  const server = lab.start('server', 'python3', [
    lab.fixture('read-slowly.py'),
    lab.server.ipv4,
    '8192',
    String(stallMs),
  ]);
  const [, port = ''] = await server.says(/listening (\d+)/);
  await lab
    .node(
      'client',
      `net.connect(+args[1], args[0]).end(Buffer.alloc(+args[2], 'slow '));`,
      ...[lab.server.ipv4, port, String(bytes)],
    )
    .ended();
  await server.says(new RegExp(`read ${bytes}`));
  await server.ended();
}

function serverAddress(lab: PacketLab, ipv6: boolean): string {
  return ipv6 ? lab.server.ipv6 : lab.server.ipv4;
}
