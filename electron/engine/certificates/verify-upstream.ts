import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { fail, type Failure } from '../../../core/model/result.ts';
import { covers, hostName, parseSubjectAltName, quoted, type HostName } from './names.ts';

/** Names shown of a certificate that is for other hosts. */
const namesShownMax = 5;
/** Certificates looked at on the way up; longer chains are refused by the runtimes themselves. */
const chainMax = 20;
/** Smaller RSA keys are not believed. */
const rsaBitsMin = 2048;

/** `getPeerCertificate(true)`; without a certificate it gives an empty object, on a destroyed socket null. */
export type UpstreamCertificate = DetailedPeerCertificate | PeerCertificate | null | undefined;

/**
 * Says in plain words why a server's certificate must not be believed, or null when it may.
 *
 * `authorizationError`: that of the `TLSSocket`. Its type says `Error`; Node 20 to 24 and Electron set the code as a
 * string, or the message where there is no code. The connection is made with `rejectUnauthorized: false` and
 * `checkServerIdentity: () => undefined`; names are compared here, because Node 22 refuses `::1`, and because it does not
 * compare them at all on a resumed session. A name error of Node's own is ignored.
 *
 * `hostname`: what the client asked for: a DNS name or an address, IPv6 with or without brackets.
 *
 * Codes: `certificate-missing`, `certificate-expired`, `certificate-not-yet-valid`, `certificate-self-signed`,
 * `certificate-issuer-unknown`, `certificate-chain-incomplete`, `certificate-key-too-small`, `certificate-revoked`, `certificate-wrong-name`, `certificate-invalid` (anything else the
 * runtime refused; its own word is in the message). The chain comes before the name.
 */
export function verifyUpstream(
  peerCertificate: UpstreamCertificate,
  authorizationError: Error | string | null | undefined,
  hostname: string,
): Failure | null {
  if (!peerCertificate || Object.keys(peerCertificate).length === 0) {
    return failure('certificate-missing', `${quoted(hostname)} sent no certificate.`);
  }
  const word = wordOf(authorizationError);
  if (word !== null && word !== 'ERR_TLS_CERT_ALTNAME_INVALID') return chainFailure(peerCertificate, word);
  return nameFailure(peerCertificate, hostname);
}

function wordOf(authorizationError: Error | string | null | undefined): string | null {
  if (authorizationError === null || authorizationError === undefined) return null;
  if (typeof authorizationError === 'string') return authorizationError;
  const code = 'code' in authorizationError ? authorizationError.code : null;
  return typeof code === 'string' ? code : authorizationError.message;
}

/** `word`: an X509_V_ERR name without its prefix, as Node gives it, or OpenSSL's sentence. */
function chainFailure(certificate: PeerCertificate, word: string): Failure {
  const weak = word === 'UNSPECIFIED' ? chainOf(certificate).find(hasSmallKey) : undefined;
  if (weak !== undefined) {
    return failure(
      'certificate-key-too-small',
      `${titleOf(weak, certificate)} has a key of ${weak.bits ?? 0} bits, too small to be believed.`,
    );
  }
  switch (word) {
    case 'CERT_HAS_EXPIRED': {
      const expired = chainOf(certificate).find((each) => Date.parse(each.valid_to) < Date.now());
      return failure(
        'certificate-expired',
        `${titleOf(expired, certificate)} expired on ${day(expired?.valid_to)}.`,
      );
    }
    case 'CERT_NOT_YET_VALID': {
      const early = chainOf(certificate).find((each) => Date.parse(each.valid_from) > Date.now());
      return failure(
        'certificate-not-yet-valid',
        `${titleOf(early, certificate)} is valid from ${day(early?.valid_from)} on only; this computer says it is ${day(new Date().toISOString())}.`,
      );
    }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return failure(
        'certificate-self-signed',
        `The server's certificate ${nameOf(certificate.subject)} is self-signed: no authority vouches for it.`,
      );
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return failure(
        'certificate-issuer-unknown',
        `The server's certificate comes from ${nameOf(chainOf(certificate).at(-1)?.subject)}, a root that is not trusted here.`,
      );
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      if (chainOf(certificate).length === 1 && namesItsIssuersPlace(certificate)) {
        return failure(
          'certificate-chain-incomplete',
          `The server sent its own certificate only, without that of its issuer ${nameOf(certificate.issuer)}, which is not known here.`,
        );
      }
      return failure(
        'certificate-issuer-unknown',
        `The issuer of the server's certificate, ${nameOf(chainOf(certificate).at(-1)?.issuer)}, is not trusted here, or the server left out an intermediate certificate.`,
      );
    case 'CERT_REVOKED':
      return failure('certificate-revoked', `The server's certificate was revoked by its issuer.`);
    default:
      return failure('certificate-invalid', `The server's certificate was refused: ${otherWords(word)}.`);
  }
}

/** What OpenSSL refuses of it, Node calls UNSPECIFIED (security level 2: SSL_CTX_set_security_level). */
function hasSmallKey({ bits, modulus }: PeerCertificate): boolean {
  return modulus !== undefined && bits !== undefined && bits < rsaBitsMin;
}

/** Public authorities write into each certificate where that of its issuer can be had (RFC 5280 section 4.2.2.1). */
function namesItsIssuersPlace({ infoAccess }: PeerCertificate): boolean {
  return Object.keys(infoAccess ?? {}).some((key) => /^CA Issuers/i.test(key));
}

function otherWords(word: string): string {
  const words: Readonly<Record<string, string>> = {
    CERT_SIGNATURE_FAILURE: 'a signature in its chain is wrong',
    CERT_REJECTED: 'its root is marked as not to be used for this',
    CERT_UNTRUSTED: 'its root is not trusted for servers',
    INVALID_PURPOSE: 'it may not be used for servers',
    INVALID_CA: 'a certificate in its chain may not sign others',
    PATH_LENGTH_EXCEEDED: 'its chain is longer than one of its authorities allows',
    CERT_CHAIN_TOO_LONG: 'its chain is too long',
  };
  return words[word] === undefined ? word : `${words[word]} (${word})`;
}

/**
 * RFC 9525 section 6, but for one leniency shared with Node, Java, Python and curl: a certificate without any DNS name
 * or address is compared by its common name.
 */
function nameFailure(certificate: PeerCertificate, hostname: string): Failure | null {
  const wanted = hostName(hostname);
  const alternative = parseSubjectAltName(certificate.subjectaltname);
  const names = [...alternative.dns, ...alternative.ip];
  const commonNames = [(certificate.subject as PeerCertificate['subject'] | undefined)?.CN ?? []].flat();
  const isNamed = names.length > 0;
  const candidates = isNamed
    ? [...parsed(alternative.dns, 'dns'), ...parsed(alternative.ip, 'ip')]
    : parsed(commonNames, 'dns');
  if (wanted.ok && candidates.some((name) => covers(name, wanted.value))) return null;
  const shown = isNamed ? names : commonNames;
  return failure(
    'certificate-wrong-name',
    shown.length === 0
      ? `The server's certificate names no host, so it is not for ${quoted(hostname)}.`
      : `The server's certificate is not for ${quoted(hostname)}; it is for ${listOf(shown)}.`,
  );
}

/** A DNS name that spells an address does not count as one, nor the other way round. */
function parsed(names: readonly string[], kind: HostName['kind']): HostName[] {
  return names.flatMap((name) => {
    const host = hostName(name);
    return host.ok && host.value.kind === kind ? [host.value] : [];
  });
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, namesShownMax).map(quoted).join(', ');
  return names.length > namesShownMax ? `${shown} and ${names.length - namesShownMax} more` : shown;
}

/** The server's certificate and those above it, as far as the runtime knows them. */
function chainOf(certificate: PeerCertificate): readonly PeerCertificate[] {
  const chain = [certificate];
  let above = issuerIn(certificate);
  while (above !== null && !chain.includes(above) && chain.length < chainMax) {
    chain.push(above);
    above = issuerIn(above);
  }
  return chain;
}

function issuerIn(certificate: PeerCertificate): PeerCertificate | null {
  const issuer = (certificate as Partial<DetailedPeerCertificate>).issuerCertificate;
  return issuer?.subject === undefined ? null : issuer;
}

function titleOf(which: PeerCertificate | undefined, leaf: PeerCertificate): string {
  if (which === undefined) return 'A certificate in the chain of the server';
  return which === leaf
    ? `The server's certificate`
    : `The certificate ${nameOf(which.subject)} in the server's chain`;
}

function nameOf(subject: Partial<PeerCertificate['subject']> | undefined): string {
  const name = [subject?.CN ?? subject?.O ?? subject?.OU ?? []].flat()[0];
  return name === undefined ? '(without a name)' : quoted(name);
}

/** The day of a date as certificates give it. */
function day(date: string | undefined): string {
  const atMs = Date.parse(date ?? '');
  return Number.isNaN(atMs) ? 'an unknown day' : new Date(atMs).toISOString().slice(0, 10);
}

function failure(code: string, message: string): Failure {
  return fail(code, message).error;
}
