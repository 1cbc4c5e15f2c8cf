import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { ChainCertificate } from '../../../core/model/exchange-record.ts';
import { succeed, type Failure, type Result } from '../../../core/model/result.ts';
import { tlsFailure } from '../../../core/model/tls-failures.ts';
import { verifyUpstream } from '../certificates/verify-upstream.ts';
import { parseSubjectAltName } from '../certificates/names.ts';
import { afterHandshake } from './after-handshake.ts';
import { alpnWire } from './alpn.ts';
import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';
import type { OwnHellos } from './own-hello.ts';
import { upstreamTlsFailure, type Asked } from './tls-errors.ts';
import type { UpstreamOffer } from './upstream-contexts.ts';
import type { UpstreamSessions } from './upstream-sessions.ts';

const chainMax = 10;
/** All that a server has sent that refuses at once. */
const alertRecordBytes = 7;

export interface UpstreamTlsOptions {
  readonly leg: Leg;
  /** Name or address the client asked for. */
  readonly host: string;
  readonly port: number;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly offer: UpstreamOffer;
  readonly sessions: UpstreamSessions;
  readonly ownHellos: OwnHellos;
  readonly keepKeys: boolean;
  /** How long the server may take for its side of the handshake. */
  readonly timeoutMs: number;
}

export interface UpstreamTls {
  readonly socket: TLSSocket;
  /** Why the certificate must not be believed, null when it may. */
  readonly trustProblem: Failure | null;
  readonly subjectAltName: string | undefined;
}

/**
 * TLS on the server leg, with the client's own server name and protocols; goes on with an earlier session of the same
 * kind, as the client would. Never rejects.
 */
export function secureUpstream(options: UpstreamTlsOptions): Promise<Result<UpstreamTls>> {
  const { leg, host, port, serverName, alpn, offer, sessions, keepKeys, timeoutMs } = options;
  const fromUs = nowUs();
  const known: Asked = {
    host,
    serverName,
    alpn,
    identity: offer.identity?.subject ?? null,
    hasAnswered: () => leg.raw.bytesRead > alertRecordBytes,
    beyondRuntime: offer.beyondRuntime,
  };
  const sessionKey = JSON.stringify([host, port, serverName, alpn, offer.key]);
  const earlier = sessions.take(sessionKey);
  const asked: ConnectionOptions = {
    secureContext: offer.context,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(serverName === null || isIP(serverName) !== 0 ? {} : { servername: serverName }),
    ...(alpn.length === 0 ? {} : { ALPNProtocols: alpnWire(alpn) }),
    ...(earlier === null ? {} : { session: earlier.session }),
  };
  return new Promise((resolve) => {
    const socket = connect({ ...asked, socket: leg.raw });
    if (keepKeys) socket.on('keylog', (line: Buffer) => leg.secret(line.toString('latin1').trimEnd()));
    const failed = (failure: Failure): void => {
      settle({ ok: false, error: failure });
    };
    const timer = setTimeout(() => {
      failed(tlsFailure('upstream-tls-timeout', host));
    }, timeoutMs);
    const settle = (result: Result<UpstreamTls>): void => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      socket.removeListener('close', onClose);
      if (result.ok) {
        afterHandshake(() => {
          resolve(result);
        });
      } else {
        sessions.forget(sessionKey);
        socket.on('error', () => undefined);
        leg.reset();
        resolve(result);
      }
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      failed(upstreamTlsFailure(error, known));
    };
    const onClose = (): void => {
      failed(tlsFailure('upstream-tls-closed', host, { detail: serverName ?? host }));
    };
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate(true);
      const resumed = socket.isSessionReused();
      // A resumed handshake shows no certificate, or not all of the chain; only sessions that were believed are kept.
      const { chain, trustProblem, subjectAltName } =
        resumed && earlier !== null
          ? { ...earlier, trustProblem: null }
          : {
              chain: describeChain(certificate),
              trustProblem: verifyUpstream(certificate, socket.authorizationError, serverName ?? host),
              subjectAltName: certificate.subjectaltname,
            };
      const version = socket.getProtocol();
      leg.note({
        alpnOffered: alpn,
        tlsResumed: resumed,
        tlsGroup: groupOf(socket),
        clientCertificate: offer.identity?.subject ?? null,
      });
      leg.secure(socket, {
        fromUs,
        toUs: nowUs(),
        version,
        cipher: socket.getCipher().name,
        alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
        serverName,
        chain,
        trustProblem: trustProblem?.message ?? null,
      });
      if (trustProblem === null) {
        socket.on('session', (session: Buffer) => {
          sessions.put(sessionKey, { session, version, chain, subjectAltName });
        });
      }
      // A server of TLS 1.3 judges the client's certificate, or that there is none, when the handshake is over for us.
      socket.once('error', (error: NodeJS.ErrnoException) => {
        const failure = upstreamTlsFailure(error, known);
        if (certificateCodes.includes(failure.code)) leg.blame(failure);
        // The runtime tells of an alert and leaves the socket as it is.
        afterHandshake(() => {
          socket.destroy();
        });
      });
      noteOwnHello(options, asked, earlier?.version ?? null);
      settle(succeed({ socket, trustProblem, subjectAltName }));
    });
  });
}

const certificateCodes: readonly string[] = ['upstream-wants-certificate', 'upstream-refuses-certificate'];

function noteOwnHello(
  { leg, alpn, offer, ownHellos }: UpstreamTlsOptions,
  asked: ConnectionOptions,
  sessionVersion: string | null,
): void {
  const key = JSON.stringify([offer.key, alpn, asked.servername !== undefined, sessionVersion]);
  void ownHellos.fingerprintOf(key, asked).then((seen) => {
    if (seen !== null) leg.note(seen);
  });
}

/** Only of elliptic curves, and only with OpenSSL. */
function groupOf(socket: TLSSocket): string | null {
  const info = socket.getEphemeralKeyInfo();
  return info !== null && 'name' in info && typeof info.name === 'string' && info.name !== ''
    ? info.name
    : null;
}

function describeChain(leaf: DetailedPeerCertificate): ChainCertificate[] {
  const chain: ChainCertificate[] = [];
  const seen = new Set<string>();
  // The types promise an issuer and a fingerprint; the runtimes leave both out.
  let at = leaf as Partial<DetailedPeerCertificate> | undefined;
  while (at?.fingerprint256 !== undefined && chain.length < chainMax) {
    if (seen.has(at.fingerprint256)) break;
    seen.add(at.fingerprint256);
    const names = parseSubjectAltName(at.subjectaltname);
    chain.push({
      subject: distinguishedName(at.subject),
      issuer: distinguishedName(at.issuer),
      validFrom: at.valid_from ?? '',
      validTo: at.valid_to ?? '',
      names: [...names.dns, ...names.ip],
      fingerprintSha256: at.fingerprint256,
    });
    at = at.issuerCertificate;
  }
  return chain;
}

function distinguishedName(name: object | undefined): string {
  return Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join('+') : String(value)}`)
    .join(', ');
}
