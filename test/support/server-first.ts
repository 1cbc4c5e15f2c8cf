import type { Peer } from './peer.ts';

/** A conversation in which the server speaks first: 10 bytes of its, 9 of the client's, then the end of both. */
export async function playServerFirst(
  client: () => Promise<Peer>,
  accept: () => Promise<Peer>,
): Promise<void> {
  const accepted = accept();
  const peer = await client();
  const server = await accepted;
  server.send('220 mail\r\n');
  await peer.expect('220 mail\r\n');
  peer.send('EHLO me\r\n');
  await server.expect('EHLO me\r\n');
  peer.end();
  await server.ending();
  server.end();
  await peer.ending();
}
