import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { alpnWire } from './alpn.ts';
import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';

/** How long a client may take for its side of the handshake. */
const handshakeTimeoutMs = 30_000;

export interface ClientTlsOptions {
  readonly leg: Leg;
  readonly context: SecureContext;
  /** What the server chose; null: none. */
  readonly alpn: string | null;
  readonly serverName: string | null;
  /** The ClientHello and whatever came with it, already read from the socket. */
  readonly hello: Buffer;
}

/** TLS on the client leg, in place of the server, on the client's own socket. Never rejects. */
export function secureClient(options: ClientTlsOptions): Promise<Result<TLSSocket>> {
  const { leg, context, alpn, serverName, hello } = options;
  const fromUs = nowUs();
  leg.raw.unshift(hello);
  return new Promise((resolve) => {
    const socket = new TLSSocket(leg.raw, {
      isServer: true,
      secureContext: context,
      allowHalfOpen: true,
      ...(alpn === null ? {} : { ALPNProtocols: alpnWire([alpn]) }),
    } as ConstructorParameters<typeof TLSSocket>[1] & { allowHalfOpen: boolean });
    const timer = setTimeout(() => {
      settle(fail('client-tls-timeout', 'The client never finished the TLS handshake.'));
    }, handshakeTimeoutMs);
    const settle = (result: Result<TLSSocket>): void => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      socket.removeListener('_tlsError', onError);
      socket.removeListener('close', onClose);
      socket.removeListener('end', onClose);
      socket.removeListener('readable', onReadable);
      leg.raw.removeListener('close', onClose);
      if (!result.ok) {
        socket.on('error', () => undefined);
        leg.drop();
      }
      resolve(result);
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      settle(clientTlsFailure(error));
    };
    const onClose = (): void => {
      settle(
        fail(
          'client-tls-closed',
          'The client closed the connection during the TLS handshake: it may not trust the Plumbline CA, or pin its own certificate.',
        ),
      );
    };
    /** A half-open socket that nobody reads from never says that the client has left. */
    const onReadable = (): void => {
      if (socket.readableLength === 0) socket.read(0);
    };
    socket.on('readable', onReadable);
    socket.once('end', onClose);
    socket.once('error', onError);
    socket.once('_tlsError', onError);
    socket.once('close', onClose);
    leg.raw.once('close', onClose);
    socket.once('secure', () => {
      // As the runtime's own servers do; its HTTP/2 would else wait for the handshake.
      (socket as TLSSocket & { secureConnecting: boolean }).secureConnecting = false;
      leg.secure(socket, {
        fromUs,
        toUs: nowUs(),
        version: socket.getProtocol(),
        cipher: (socket.getCipher() as ReturnType<TLSSocket['getCipher']> | undefined)?.name ?? null,
        alpn,
        serverName,
        chain: [],
        trustProblem: null,
      });
      settle(succeed(socket));
    });
  });
}

function clientTlsFailure(error: NodeJS.ErrnoException): ReturnType<typeof fail> {
  const code = error.code ?? '';
  if (/UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE|UNKNOWN_CERTIFICATE/i.test(code)) {
    return fail(
      'client-distrusts-ca',
      'The client does not trust the Plumbline CA. Install the CA certificate for this client, or pass the host through.',
    );
  }
  if (code === 'ECONNRESET') {
    return fail(
      'client-tls-reset',
      'The client reset the connection during the TLS handshake: it may not trust the Plumbline CA, or pin its own certificate.',
    );
  }
  if (/NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code)) {
    return fail('client-tls-version', `The client and Plumbline share no TLS version or cipher (${code}).`);
  }
  return fail('client-tls-failed', `The TLS handshake with the client failed: ${error.message}`);
}

/** Detaches what a socket has buffered, so that it can be handed on. */
export function takeBuffered(socket: Socket): Buffer | null {
  const chunks: Buffer[] = [];
  for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
    chunks.push(chunk);
  }
  return chunks.length === 0 ? null : Buffer.concat(chunks);
}
