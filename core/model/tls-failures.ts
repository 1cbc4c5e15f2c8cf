import type { Failure } from './result.ts';

/**
 * Every way in which TLS can fail on either leg, by the code its exchange has: what happened, with `{host}` for the
 * server and `{detail}` for what only the case itself tells, and what to do about it. `docs/tls-failures.md` is made of
 * this table.
 */
export const tlsFailures = {
  'client-distrusts-ca': {
    what: 'The client does not know the Plumbline CA, and says so (unknown_ca).',
    fix: 'Install the CA certificate for this client, or pass {host} through.',
  },
  'client-refuses-certificate': {
    what: 'The client refused our certificate for {host} ({detail}): it does not trust the Plumbline CA, or it accepts only a certificate of its own (pinning); its word does not tell which.',
    fix: 'Install the CA certificate for this client. If it is installed, pass {host} through.',
  },
  'client-pins-certificate': {
    what: 'The client refused our certificate for {host} ({detail}) although it has accepted the Plumbline CA for other hosts: it accepts only a certificate of its own there (pinning).',
    fix: 'Pass {host} through, or switch the pinning off in the application.',
  },
  'client-closed-unused': {
    what: 'The client closed the connection right after the TLS handshake without asking anything: most likely it accepts only a certificate of its own (pinning).',
    fix: 'Pass {host} through, or switch the pinning off in the application. Connections that are only made in advance end like this, too.',
  },
  'client-tls-closed': {
    what: 'The client closed the connection during the TLS handshake without saying why: it may not trust the Plumbline CA, or accept only a certificate of its own (pinning).',
    fix: 'Install the CA certificate for this client. If it is installed, pass {host} through.',
  },
  'client-tls-reset': {
    what: 'The client reset the connection during the TLS handshake: it may not trust the Plumbline CA, or accept only a certificate of its own (pinning).',
    fix: 'Install the CA certificate for this client. If it is installed, pass {host} through.',
  },
  'client-gave-up': {
    what: 'The client gave up while the handshake with {host} was still going on, {detail} after it had begun.',
    fix: 'See why the server takes so long, or let the client wait longer.',
  },
  'client-tls-timeout': {
    what: 'The client began a TLS handshake and never finished it.',
    fix: 'See whether the application hangs, or asks its user something about the certificate.',
  },
  'client-tls-version': {
    what: 'The client is too old: it speaks {detail} at most, and Plumbline TLS 1.2 and 1.3.',
    fix: 'Let the client use TLS 1.2, or pass {host} through.',
  },
  'client-no-shared-cipher': {
    what: 'The client and Plumbline share no cipher, group or signature algorithm ({detail}).',
    fix: 'An old client may need an RSA certificate: "plumbline ca rotate --rsa" makes such a CA. Else pass {host} through.',
  },
  'client-name-invalid': {
    what: 'The client asked for a server name for which no certificate can be made: {detail}.',
    fix: 'Correct the name in the application, or pass {host} through.',
  },
  'client-tls-failed': {
    what: 'The TLS handshake with the client failed: {detail}.',
    fix: 'Pass {host} through to see whether the client can speak with the server itself.',
  },
  'mint-failed': {
    what: 'No certificate could be made for {host}: {detail}.',
    fix: 'See whether the CA is in order: "plumbline ca show".',
  },
  'upstream-certificate-expired': {
    what: 'The certificate of {host}, or one in its chain, has expired.',
    fix: 'Renew it on the server; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-certificate-not-yet-valid': {
    what: 'The certificate of {host}, or one in its chain, is not valid yet.',
    fix: 'Check the clocks of server and computer; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-certificate-self-signed': {
    what: 'The certificate of {host} is self-signed: no authority vouches for it.',
    fix: 'Add it as a CA file if the server is yours, or accept the certificate of {host}.',
  },
  'upstream-certificate-issuer-unknown': {
    what: 'The certificate of {host} comes from an issuer that is not trusted here.',
    fix: 'Add the issuer as a CA file if you know it, or accept the certificate of {host}.',
  },
  'upstream-certificate-chain-incomplete': {
    what: '{host} sent its own certificate without the intermediate one that signed it.',
    fix: 'Have the server send its whole chain; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-certificate-wrong-name': {
    what: 'The certificate of {host} is for other names.',
    fix: 'Ask for one of those names, or accept the certificate of {host}.',
  },
  'upstream-certificate-key-too-small': {
    what: 'The certificate of {host} has a key or signature too weak to be believed.',
    fix: 'Give the server a certificate with an RSA key of 2048 bits or more, or with P-256; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-certificate-missing': {
    what: '{host} sent no certificate.',
    fix: 'Give the server one; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-certificate-revoked': {
    what: 'The certificate of {host} was revoked by its issuer.',
    fix: 'Give the server a new one; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-certificate-invalid': {
    what: 'The certificate of {host} was refused.',
    fix: 'Give the server a correct one; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-key-too-small': {
    what: '{host} uses a key that is too small for a safe key exchange ({detail}).',
    fix: 'Give the server larger Diffie-Hellman parameters or elliptic curves; to go on all the same, accept the certificate of {host}.',
  },
  'upstream-tls-closed': {
    what: '{host} closed the connection during the TLS handshake.',
    fix: 'See in the server’s log why; it may not serve the name {detail}.',
  },
  'upstream-tls-reset': {
    what: '{host} reset the connection during the TLS handshake.',
    fix: 'See in the server’s log why; a firewall on the way may have done it.',
  },
  'upstream-tls-timeout': {
    what: '{host} accepted the connection and never finished the TLS handshake.',
    fix: 'See whether the server is overloaded, and whether the port is that of TLS.',
  },
  'upstream-not-tls': {
    what: '{host} does not speak TLS on this port{detail}.',
    fix: 'Use http:// or another port.',
  },
  'upstream-tls-version': {
    what: '{host} and Plumbline share no TLS version: the server may know only TLS 1.0 or 1.1.',
    fix: 'Let the server speak TLS 1.2; to use what is old all the same, accept the certificate of {host}.',
  },
  'upstream-no-shared-cipher': {
    what: '{host} accepts none of the ciphers, groups or signature algorithms that it was offered ({detail}).',
    fix: 'Let the server use current ones; to offer weak ones all the same, accept the certificate of {host}.',
  },
  'upstream-needs-openssl': {
    what: '{host} accepts none of the ciphers that the TLS of the desktop program has; the client offers others, which that TLS cannot ({detail}).',
    fix: 'Record this host from the command line ("plumbline record" or "plumbline serve"), which has OpenSSL.',
  },
  'upstream-wants-certificate': {
    what: '{host} demands a client certificate{detail}.',
    fix: 'Choose a certificate for this host in the settings, or with --client-cert HOST=CERT,KEY.',
  },
  'upstream-refuses-certificate': {
    what: '{host} does not accept the client certificate {detail}.',
    fix: 'Choose another certificate for this host in the settings, or with --client-cert HOST=CERT,KEY.',
  },
  'upstream-name-unknown': {
    what: '{host} does not know the server name {detail} (unrecognized_name).',
    fix: 'Check the name the client asks for; the server has no certificate for it.',
  },
  'upstream-no-protocol': {
    what: '{host} speaks none of the protocols that the client offers ({detail}).',
    fix: 'Let the client offer one that the server speaks, such as http/1.1.',
  },
  'upstream-tls-failed': {
    what: 'The TLS handshake with {host} failed: {detail}.',
    fix: 'Try the server without Plumbline, for example with "openssl s_client".',
  },
} as const satisfies Readonly<Record<string, TlsFailureText>>;

/** `{host}` and `{detail}` are filled in. */
export interface TlsFailureText {
  readonly what: string;
  readonly fix: string;
}

export type TlsFailureCode = keyof typeof tlsFailures;

/** Codes that passing the host through, or installing the CA, may mend. */
export const clientTrustCodes: readonly string[] = [
  'client-distrusts-ca',
  'client-refuses-certificate',
  'client-pins-certificate',
  'client-closed-unused',
  'client-tls-closed',
  'client-tls-reset',
] satisfies TlsFailureCode[];

/** One of the failures above, in words. `what` says it more exactly than the table, where somebody could. */
export function tlsFailure(
  code: TlsFailureCode,
  host: string,
  { detail = '', what = tlsFailures[code].what }: { detail?: string; what?: string } = {},
): Failure {
  return { code, message: `${filled(what, host, detail)} ${filled(tlsFailures[code].fix, host, detail)}` };
}

/** The failure of a certificate, by the code that checking it gave. */
export function certificateFailure(problem: Failure, host: string): Failure {
  const code = `upstream-${problem.code}`;
  return isTlsFailure(code) ? tlsFailure(code, host, { what: problem.message }) : { ...problem, code };
}

function isTlsFailure(code: string): code is TlsFailureCode {
  return code in tlsFailures;
}

function filled(text: string, host: string, detail: string): string {
  return text.replace(/\{host\}|\{detail\}/g, (name) => (name === '{host}' ? host : detail));
}
