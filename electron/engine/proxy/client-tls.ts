import { TLSSocket, type SecureContext } from 'node:tls';
import { succeed, type Failure, type Result } from '../../../core/model/result.ts';
import { tlsFailure } from '../../../core/model/tls-failures.ts';
import { groupNames } from '../../../core/model/tls-names.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { isGrease } from '../../../core/observers/tls-fingerprint.ts';
import { afterHandshake } from './after-handshake.ts';
import { alpnWire } from './alpn.ts';
import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';
import { clientTlsFailure } from './tls-errors.ts';

/** A client that closes without a word so soon after the handshake did not come to ask anything. */
const unusedWithinUs = 1_000_000;

export interface ClientTlsOptions {
  readonly leg: Leg;
  readonly context: SecureContext;
  /** What the server chose; null: none. */
  readonly alpn: string | null;
  /** For words about it. */
  readonly host: string;
  readonly hello: ClientHello;
  /** The ClientHello and whatever came with it, already read from the socket. */
  readonly helloBytes: Buffer;
  /** When it began, µs since the epoch: until now the server was spoken with. */
  readonly beganAtUs: number;
  /** How long the client may take for its side of the handshake. */
  readonly timeoutMs: number;
  readonly keepKeys: boolean;
  /** A client like this one has accepted our certificates elsewhere. */
  readonly acceptedBefore: boolean;
}

/** TLS on the client leg, in place of the server, on the client's own socket. Never rejects. */
export function secureClient(options: ClientTlsOptions): Promise<Result<TLSSocket>> {
  const { leg, context, alpn, host, hello, helloBytes, timeoutMs, keepKeys, acceptedBefore } = options;
  const fromUs = nowUs();
  if (leg.raw.readableEnded || leg.raw.destroyed) {
    const waited = `${((fromUs - options.beganAtUs) / 1e6).toFixed(1)} s`;
    leg.drop();
    return Promise.resolve({ ok: false, error: tlsFailure('client-gave-up', host, { detail: waited }) });
  }
  leg.raw.unshift(helloBytes);
  return new Promise((resolve) => {
    const socket = new TLSSocket(leg.raw, {
      isServer: true,
      secureContext: context,
      allowHalfOpen: true,
      ...(alpn === null ? {} : { ALPNProtocols: alpnWire([alpn]) }),
    } as ConstructorParameters<typeof TLSSocket>[1] & { allowHalfOpen: boolean });
    if (keepKeys) {
      socket.on('keylog', (line: Buffer) => {
        leg.secret(line.toString('latin1').trimEnd());
      });
    }
    const failed = (failure: Failure): void => {
      settle({ ok: false, error: failure });
    };
    const timer = setTimeout(() => {
      failed(tlsFailure('client-tls-timeout', host));
    }, timeoutMs);
    const settle = (result: Result<TLSSocket>): void => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      socket.removeListener('_tlsError', onError);
      socket.removeListener('close', onClose);
      socket.removeListener('end', onClose);
      socket.removeListener('readable', onReadable);
      leg.raw.removeListener('close', onClose);
      if (result.ok) {
        afterHandshake(() => {
          resolve(result);
        });
      } else {
        socket.on('error', () => undefined);
        leg.drop();
        resolve(result);
      }
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      failed(clientTlsFailure(error, host, hello, acceptedBefore));
    };
    const onClose = (): void => {
      failed(tlsFailure('client-tls-closed', host));
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
      const version = socket.getProtocol();
      const resumed = socket.isSessionReused();
      leg.note({ tlsResumed: resumed, tlsGroup: groupOf(hello, version, resumed) });
      leg.secure(socket, {
        fromUs,
        toUs: nowUs(),
        version,
        cipher: (socket.getCipher() as ReturnType<TLSSocket['getCipher']> | undefined)?.name ?? null,
        alpn,
        serverName: hello.serverName,
        chain: [],
        trustProblem: null,
      });
      blameLater(leg, socket, options);
      settle(succeed(socket));
    });
  });
}

/** What an alert says of our certificate; a reset after the handshake says nothing of it. */
const certificateCodes: readonly string[] = [
  'client-distrusts-ca',
  'client-refuses-certificate',
  'client-pins-certificate',
];

/**
 * What the client says of our certificate only after the handshake: in TLS 1.3 an alert can come behind it, and many
 * that pin theirs close without having asked anything.
 */
function blameLater(leg: Leg, socket: TLSSocket, { host, hello, acceptedBefore }: ClientTlsOptions): void {
  const securedAtUs = nowUs();
  // Not `error`, which is for servers that the runtime made itself.
  socket.once('_tlsError', (error: NodeJS.ErrnoException) => {
    const failure = clientTlsFailure(error, host, hello, acceptedBefore);
    if (certificateCodes.includes(failure.code)) leg.blame(failure);
  });
  const left = (): void => {
    // Plain bytes, not those of the handshake.
    const asked = socket.bytesRead > 0;
    // A client that was told that the server has left goes after it.
    const isFirst = !socket.writableEnded;
    if (!asked && isFirst && nowUs() - securedAtUs < unusedWithinUs)
      leg.blame(tlsFailure('client-closed-unused', host));
  };
  socket.once('end', left);
  socket.once('close', left);
}

/** Groups that a server of ours never asks another key than the client's own for, unless it could have a stronger one. */
const settledGroups: readonly number[] = [23, 29];
const strongerGroups: readonly number[] = [4587, 4588, 4589, 25497];

/**
 * The runtimes tell a server nothing of the group. It is known all the same when the client sent a key for one group
 * only, and we have no reason to ask for another one.
 */
function groupOf(hello: ClientHello, version: string | null, resumed: boolean): string | null {
  const [only, ...others] = hello.keyShares.filter((group) => !isGrease(group));
  if (version !== 'TLSv1.3' || resumed || only === undefined || others.length > 0) return null;
  if (!settledGroups.includes(only) || strongerGroups.some((group) => hello.groups.includes(group)))
    return null;
  return groupNames.get(only) ?? null;
}
