import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { isGrease } from '../../../core/observers/tls-fingerprint.ts';
import { tlsFailure, type TlsFailureCode } from '../../../core/model/tls-failures.ts';
import type { Failure } from '../../../core/model/result.ts';

/** An error of a `TLSSocket`: OpenSSL and BoringSSL tell by `code` and `message` what went wrong. */
export type TlsError = NodeJS.ErrnoException;

/**
 * The alert the other end sent (RFC 8446 section 6), such as `unknown_ca`; null if the error is no such alert. OpenSSL
 * writes `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`, `ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE` or `…_TLSV13_ALERT_…`, BoringSSL alike.
 */
export function alertOf(error: TlsError): string | null {
  const named = /(?:TLSV1|TLSV13|SSLV3|SSL\/TLS)_(?:ALERT_)?([A-Z_]+)$/.exec(error.code ?? '')?.[1];
  return named === undefined || !/ALERT|TLSV1_|TLSV13_/.test(error.code ?? '') ? null : named.toLowerCase();
}

/** The runtime's own word for what it refused, such as `NO_SHARED_CIPHER`. */
export function reasonOf({ code, message }: TlsError): string {
  return (code ?? message).replace(/^ERR_SSL_/, '');
}

const noAgreement =
  /NO_SHARED_CIPHER|NO_SHARED_GROUP|NO_SUITABLE_KEY_SHARE|NO_SHARED_SIGNATURE|NO_SUITABLE_SIGNATURE|NO_COMMON_SIGNATURE|NO_SUITABLE_GROUPS|WRONG_CIPHER/;
const noVersion =
  /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE|NO_SUPPORTED_VERSIONS/;

/**
 * What BoringSSL says of an alert that a client sends unencrypted although its keys are settled: OpenSSL's clients do so
 * when they refuse a certificate in TLS 1.3.
 */
const unreadAlert = 'BAD_PACKET_LENGTH';

/** Why the handshake with the client failed. `acceptedBefore`: a client like this one took our certificates elsewhere. */
export function clientTlsFailure(
  error: TlsError,
  host: string,
  hello: ClientHello,
  acceptedBefore: boolean,
): Failure {
  const failure = (code: TlsFailureCode, detail = ''): Failure => tlsFailure(code, host, { detail });
  const alert = alertOf(error);
  switch (alert) {
    case null:
      break;
    case 'unknown_ca':
      return failure('client-distrusts-ca');
    case 'certificate_unknown':
    case 'bad_certificate':
    case 'unsupported_certificate':
    case 'certificate_revoked':
    case 'certificate_expired':
    case 'access_denied':
      return failure(acceptedBefore ? 'client-pins-certificate' : 'client-refuses-certificate', alert);
  }
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return failure('client-tls-reset');
  const reason = reasonOf(error);
  if (reason.includes(unreadAlert)) {
    return failure(
      acceptedBefore ? 'client-pins-certificate' : 'client-refuses-certificate',
      'it said why in an alert that only OpenSSL reads, as the command line has it',
    );
  }
  if (noVersion.test(reason)) return failure('client-tls-version', highestVersion(hello));
  if (noAgreement.test(reason) || alert === 'handshake_failure') {
    return failure('client-no-shared-cipher', reason.toLowerCase().replaceAll('_', ' '));
  }
  return failure('client-tls-failed', alert ?? error.message);
}

/** What the client could do, in words. */
function highestVersion({ versions, legacyVersion }: ClientHello): string {
  const listed = versions.filter((version) => !isGrease(version));
  const highest = listed.length === 0 ? legacyVersion : Math.max(...listed);
  if (highest <= 0x0300) return 'SSL 3.0';
  return `TLS 1.${Math.min(highest - 0x0301, 9)}`;
}

/** What was asked of the server, as far as it explains its refusal. */
export interface Asked {
  readonly host: string;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  /** Subject of the client certificate that was at hand. */
  readonly identity: string | null;
  /** It has answered the hello: what it refuses then is our certificate, or that there is none. */
  readonly hasAnswered: () => boolean;
  /** Ciphers the client offers and this runtime cannot, though OpenSSL can. */
  readonly beyondRuntime: readonly string[];
}

/** Ciphers named in a sentence at most. */
const namedMax = 4;

/** Why the handshake with the server failed. */
export function upstreamTlsFailure(error: TlsError, asked: Asked): Failure {
  const { host, serverName } = asked;
  const failure = (code: TlsFailureCode, detail = ''): Failure => tlsFailure(code, host, { detail });
  const name = serverName ?? host;
  const reason = reasonOf(error);
  const alert = alertOf(error);
  switch (alert) {
    case null:
      break;
    case 'unrecognized_name':
      return failure('upstream-name-unknown', name);
    case 'no_application_protocol':
      return failure('upstream-no-protocol', asked.alpn.join(', '));
    case 'protocol_version':
      return failure('upstream-tls-version');
    case 'certificate_required':
      return refusedIdentity(asked, 'certificate_required');
    case 'bad_certificate':
    case 'certificate_unknown':
    case 'unknown_ca':
    case 'unsupported_certificate':
    case 'certificate_expired':
    case 'certificate_revoked':
    case 'access_denied':
      return refusedIdentity(asked, alert);
    case 'handshake_failure':
      return asked.hasAnswered() ? refusedIdentity(asked, alert) : refusedSet(asked, alert);
    case 'insufficient_security':
      return refusedSet(asked, alert);
  }
  // The runtime's own words for an end of the stream.
  if (error.message.includes('disconnected before secure')) return failure('upstream-tls-closed', name);
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return failure('upstream-tls-reset');
  if (
    /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|HTTPS_PROXY_REQUEST|UNEXPECTED_RECORD|INVALID_RECORD/.test(
      reason,
    )
  ) {
    return failure('upstream-not-tls');
  }
  if (noVersion.test(reason)) return failure('upstream-tls-version');
  if (/KEY_TOO_SMALL|TOO_SMALL|MODULUS_TOO_SMALL|BAD_DH|KEY_SIZE|TOO_WEAK/.test(reason)) {
    return failure('upstream-key-too-small', reason.toLowerCase().replaceAll('_', ' '));
  }
  if (noAgreement.test(reason)) return refusedSet(asked, reason.toLowerCase().replaceAll('_', ' '));
  return failure('upstream-tls-failed', alert ?? error.message);
}

/** An alert about our own certificate, or about there being none. */
function refusedIdentity({ host, identity }: Asked, alert: string): Failure {
  return identity === null
    ? tlsFailure('upstream-wants-certificate', host, { detail: ` (${alert})` })
    : tlsFailure('upstream-refuses-certificate', host, { detail: `${identity} (${alert})` });
}

function refusedSet({ host, beyondRuntime }: Asked, detail: string): Failure {
  return beyondRuntime.length === 0
    ? tlsFailure('upstream-no-shared-cipher', host, { detail })
    : tlsFailure('upstream-needs-openssl', host, { detail: beyondRuntime.slice(0, namedMax).join(', ') });
}
