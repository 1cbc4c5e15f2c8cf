import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { ChainCertificate } from '../../../core/model/exchange-record.ts';
import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import { verifyUpstream } from '../certificates/verify-upstream.ts';
import { parseSubjectAltName } from '../certificates/names.ts';
import { alpnWire } from './alpn.ts';
import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';

/** How long a server may take for its side of the handshake. */
const handshakeTimeoutMs = 30_000;
const chainMax = 10;

export interface UpstreamTlsOptions {
  readonly leg: Leg;
  /** Name or address the client asked for. */
  readonly host: string;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly context: SecureContext;
}

export interface UpstreamTls {
  readonly socket: TLSSocket;
  /** Why the certificate must not be believed, null when it may. */
  readonly trustProblem: Failure | null;
  readonly subjectAltName: string | undefined;
}

/** TLS on the server leg, with the client's own server name and protocols. Never rejects. */
export function secureUpstream(options: UpstreamTlsOptions): Promise<Result<UpstreamTls>> {
  const { leg, host, serverName, alpn, context } = options;
  const fromUs = nowUs();
  return new Promise((resolve) => {
    const socket = connect({
      socket: leg.raw,
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(serverName === null || isIP(serverName) !== 0 ? {} : { servername: serverName }),
      ...(alpn.length === 0 ? {} : { ALPNProtocols: alpnWire(alpn) }),
    });
    const timer = setTimeout(() => {
      settle(
        fail('upstream-tls-timeout', `${host} accepted the connection but never finished the TLS handshake.`),
      );
    }, handshakeTimeoutMs);
    const settle = (result: Result<UpstreamTls>): void => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      socket.removeListener('close', onClose);
      if (!result.ok) {
        socket.on('error', () => undefined);
        leg.reset();
      }
      resolve(result);
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      settle(upstreamTlsFailure(host, error));
    };
    const onClose = (): void => {
      settle(fail('upstream-tls-closed', `${host} closed the connection during the TLS handshake.`));
    };
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate(true);
      const trustProblem = verifyUpstream(certificate, socket.authorizationError, serverName ?? host);
      leg.secure(socket, {
        fromUs,
        toUs: nowUs(),
        version: socket.getProtocol(),
        cipher: socket.getCipher().name,
        alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
        serverName,
        chain: describeChain(certificate),
        trustProblem: trustProblem?.message ?? null,
      });
      settle(succeed({ socket, trustProblem, subjectAltName: certificate.subjectaltname }));
    });
  });
}

function upstreamTlsFailure(host: string, error: NodeJS.ErrnoException): ReturnType<typeof fail> {
  const code = error.code ?? '';
  if (code === 'ECONNRESET') {
    return fail('upstream-tls-reset', `${host} reset the connection during the TLS handshake.`);
  }
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/.test(code)) {
    return fail('upstream-not-tls', `${host} does not speak TLS on this port. Use http:// or another port.`);
  }
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return fail('upstream-tls-version', `${host} and Plumbline share no TLS version (${code}).`);
  }
  return fail('upstream-tls-failed', `The TLS handshake with ${host} failed: ${error.message}`);
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
