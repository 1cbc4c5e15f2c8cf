import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createSecureContext, createServer, rootCertificates, type SecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { readClientHello, type ClientHello } from '../../../../core/observers/tls-client-hello.ts';
import { createUpstreamContexts } from '../../../../electron/engine/proxy/upstream-contexts.ts';
import { createTestAuthority } from '../../../support/certificates.ts';
import { helloExtensions as has, helloMessage, helloRecords } from '../../../support/client-hello.ts';

function helloOf(groups: readonly number[]): ClientHello {
  const bytes = helloRecords(
    helloMessage({
      ciphers: [0x1301, 0xc02b],
      extensions: [has.groups(groups), has.versions([0x0304, 0x0303])],
    }),
  );
  const reading = readClientHello(bytes);
  if (reading.state !== 'complete') throw new Error('No hello.');
  return reading.hello;
}

test('equal clients share a context, and others have their own', () => {
  const contexts = createUpstreamContexts([...rootCertificates]);
  const one = contexts.like(helloOf([29, 23]), null);
  expect(contexts.like(helloOf([29, 23]), null)).toMatchObject({ key: one.key, context: one.context });
  expect(contexts.like(helloOf([23, 29]), null).key).not.toBe(one.key);
  expect(contexts.plain(helloOf([29]), null, true).key).not.toBe(
    contexts.plain(helloOf([29]), null, false).key,
  );
});

test('a root that was added is trusted by every context, and by no other of the process', async () => {
  const authority = await createTestAuthority();
  const server = createServer(await authority.pemFor(['localhost']));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const isTrusted = async (secureContext: SecureContext): Promise<boolean> => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      secureContext,
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    socket.destroy();
    return socket.authorized;
  };
  const contexts = createUpstreamContexts([...rootCertificates, authority.certificatePem]);
  expect(await isTrusted(contexts.like(helloOf([29]), null).context)).toBe(true);
  expect(await isTrusted(contexts.plain(helloOf([29]), null, true).context)).toBe(true);
  expect(
    await isTrusted(createUpstreamContexts([...rootCertificates]).like(helloOf([29]), null).context),
  ).toBe(false);
  expect(await isTrusted(createSecureContext())).toBe(false);
  server.close();
});
