import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { upstreamName, type UpstreamProxy } from '../../../../core/model/upstream-proxy.ts';
import { verifyUpstream } from '../../certificates/verify-upstream.ts';

const handshakeTimeoutMs = 30_000;

/**
 * TLS with an HTTPS proxy, whose certificate is checked against the same roots as a server's. The socket is paused.
 * Failures: `proxy-tls-failed`, `proxy-tls-untrusted`.
 */
export function secureProxy(
  wire: Socket,
  proxy: UpstreamProxy,
  context: SecureContext,
): Promise<Result<TLSSocket>> {
  const { host } = proxy;
  return new Promise((resolve) => {
    const socket = connect({
      socket: wire,
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const settle = (result: Result<TLSSocket>): void => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      socket.removeListener('close', onClose);
      if (!result.ok) {
        socket.on('error', () => undefined);
        socket.destroy();
        wire.destroy();
      }
      resolve(result);
    };
    const timer = setTimeout(() => {
      settle(fail('proxy-tls-failed', 'it never finished the TLS handshake'));
    }, handshakeTimeoutMs);
    const onError = (error: NodeJS.ErrnoException): void => {
      const plain = /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/.test(error.code ?? '');
      settle(
        fail(
          'proxy-tls-failed',
          plain
            ? `it does not speak TLS on this port; write ${upstreamName({ ...proxy, kind: 'http' })} if it is an HTTP proxy`
            : `the TLS handshake with it failed (${error.code ?? error.message})`,
        ),
      );
    };
    const onClose = (): void => {
      settle(fail('proxy-tls-failed', 'it closed the connection during the TLS handshake'));
    };
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      const problem = verifyUpstream(socket.getPeerCertificate(true), socket.authorizationError, host);
      socket.pause();
      settle(problem === null ? succeed(socket) : fail('proxy-tls-untrusted', problem.message));
    });
  });
}
