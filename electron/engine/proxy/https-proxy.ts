import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import type { Failure } from '../../../core/model/result.ts';
import { contextFor } from './leaf-contexts.ts';
import { createLeg, type Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { secureClientLeg } from './secure-legs.ts';

/**
 * A client that speaks TLS with the proxy itself (an HTTPS proxy, in the words of applications), `bytes` being its
 * whole ClientHello: gives the leg within, where it goes on like any other. Null after a failed handshake, which has
 * its row. Never rejects.
 */
export async function serveHttpsProxy(
  context: ProxyContext,
  client: Leg,
  hello: ClientHello,
  bytes: Buffer,
  startedAtUs: number,
): Promise<Leg | null> {
  const { serverName, alpn } = hello;
  client.note({ way: 'proxy' });
  const failed = (failure: Failure): null => {
    const draft = context.recorder.begin({
      protocol: 'tunnel',
      method: '',
      scheme: 'tls',
      host: serverName ?? client.local.address,
      port: client.local.port,
      path: '',
      startedAtUs,
      clientLeg: client,
    });
    draft.fields.note = 'The client spoke TLS with the proxy itself.';
    draft.fail(failure.code, failure.message);
    client.drop();
    return null;
  };
  const leaf = await contextFor(context, client.local.address, serverName, undefined, null);
  if (!leaf.ok) return failed(leaf.error);
  const secured = await secureClientLeg(context, {
    leg: client,
    context: leaf.value,
    alpn: alpn.length === 0 ? null : 'http/1.1',
    host: serverName ?? client.local.address,
    hello,
    helloBytes: bytes,
    beganAtUs: startedAtUs,
    isWithProxy: true,
  });
  if (!secured.ok) return failed(secured.error);
  secured.value.on('error', () => undefined);
  return createLeg({ role: 'client', raw: secured.value, dialled: null, hostName: null, over: client });
}
