import type { PacketLab } from './packet-lab.ts';

/** What it answers, by the first label: `slow` after 30 ms, `silent` never, `second` only when asked again, `big` over TCP only, `nowhere` that there is none. */
const serverScript = `
  const asked = new Map();
  const replyTo = (query, isStream) => {
    let at = 12;
    while (query[at] !== 0) at += 1 + query[at];
    const type = query.readUInt16BE(at + 1);
    const name = query.toString('latin1', 13, 13 + query[12]);
    const label = name.split('-')[0];
    const key = query.toString('hex', 0, at);
    asked.set(key, (asked.get(key) ?? 0) + 1);
    if (label === 'silent' || (label === 'second' && asked.get(key) < 2)) return null;
    const isCut = label === 'big' && !isStream;
    const count = isCut || label === 'nowhere' || type !== 1 ? 0 : label === 'big' ? 60 : 2;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (isCut ? 0x200 : 0) | (label === 'nowhere' ? 3 : 0), 2);
    head.writeUInt16BE(count, 6);
    head.writeUInt32BE(0, 8);
    const records = Array.from({ length: count }, (_, of) => Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, of]));
    return Buffer.concat([head, query.subarray(12, at + 5), ...records]);
  };
  const udp = dgram.createSocket('udp4', (query, from) => {
    const reply = replyTo(query, false);
    if (reply !== null) setTimeout(() => udp.send(reply, from.port, from.address), query.includes('slow') ? 30 : 0);
  });
  const tcp = net.createServer((peer) => {
    peer.on('error', () => {});
    peer.on('data', (part) => {
      const reply = replyTo(part.subarray(2), true);
      peer.write(Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 255]), reply]));
    });
  });
  udp.bind(53, args[0], () => tcp.listen(53, args[0], () => print('listening')));`;

/** A resolver as programs have one, and then questions one by one from one socket: each as often and as far apart as is said. */
const clientScript = `
  import { Resolver } from 'node:dns/promises';
  const resolver = new Resolver({ timeout: 150, tries: 2 });
  resolver.setServers([args[0]]);
  const names = ['www', 'slow', 'nowhere', 'silent', 'second', 'big'];
  await Promise.allSettled(names.map((name) => resolver.resolve4(name + '-1.example')));
  for (const way of ['resolve6', 'resolveMx', 'resolveTxt', 'resolveSrv', 'resolveNs', 'resolveSoa'])
    await resolver[way]('www-' + way.toLowerCase() + '.example').catch(() => {});
  await resolver.reverse('192.0.2.7').catch(() => {});

  const socket = dgram.createSocket('udp4');
  const answers = [];
  socket.on('message', (message) => answers.push(message.readUInt16BE(0)));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const ask = async (id, name, times, apartMs) => {
    const labels = [...name.split('.'), ''].map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
    const question = Buffer.concat([Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 1, 0, 1])]);
    for (let time = 0; time < times; time++) {
      if (time > 0) await pause(apartMs);
      socket.send(question, 53, args[0]);
    }
  };
  // Asked again before the answer; after it; without one ever; and an id that is used for another name later.
  await ask(1, 'slow-2.example', 3, 5);
  await pause(60);
  await ask(2, 'www-2.example', 2, 40);
  await ask(3, 'silent-2.example', 3, 20);
  await ask(1, 'www-3.example', 1, 0);
  await ask(4, 'second-2.example', 2, 70);
  await pause(60);
  socket.close();
  print('asked');`;

/** Lookups in the lab, all over when this resolves. */
export async function playDns(lab: PacketLab): Promise<void> {
  const server = lab.node('server', serverScript, lab.server.ipv4);
  await server.says(/listening/);
  const client = lab.node('client', clientScript, lab.server.ipv4);
  await client.says(/asked/);
  await client.ended();
}
