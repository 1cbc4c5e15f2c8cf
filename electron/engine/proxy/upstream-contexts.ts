import {
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { createBoundedMap } from './bounded-map.ts';
import { ciphersBeyond, mirrorHello, runtimeSet, type OfferedSet } from './mirrored-hello.ts';
import { createTlsRuntime } from './tls-runtime.ts';

/** Contexts kept: one for each kind of client and client certificate. */
const contextsMax = 100;

/** The certificate we show a server that asks for one. */
export interface ClientIdentity {
  /** Of this run: which of the certificates it is. */
  readonly id: string;
  /** As shown, such as `CN=alice, O=Shop`. */
  readonly subject: string;
  readonly options: Pick<SecureContextOptions, 'cert' | 'key' | 'pfx' | 'passphrase'>;
}

/** How we speak TLS with a server. */
export interface UpstreamOffer {
  /** Equal for equal contexts. */
  readonly key: string;
  readonly context: SecureContext;
  readonly identity: ClientIdentity | null;
  /** Ciphers that the client offers and this runtime does not know, though OpenSSL does; empty under OpenSSL. */
  readonly beyondRuntime: readonly string[];
}

/** The ways to speak TLS with servers, all of them with the same roots. */
export interface UpstreamContexts {
  /** As the client does it, as far as the runtime can. */
  readonly like: (hello: ClientHello, identity: ClientIdentity | null) => UpstreamOffer;
  /** As the runtime does it; `weak`: with old versions and weak ciphers, too. `hello`: null where the client speaks no TLS. */
  readonly plain: (
    hello: ClientHello | null,
    identity: ClientIdentity | null,
    weak: boolean,
  ) => UpstreamOffer;
}

/** `ca`: every root in PEM, those bundled with the runtime included, as `loadUpstreamTrust` gives them. */
export function createUpstreamContexts(ca: readonly string[]): UpstreamContexts {
  const runtime = createTlsRuntime();
  const withRoots = createRooting(ca);
  const contexts = createBoundedMap<SecureContext>(contextsMax);

  const offer = (
    set: OfferedSet,
    hello: ClientHello | null,
    identity: ClientIdentity | null,
  ): UpstreamOffer => {
    const key = JSON.stringify([set, identity?.id]);
    const context = contexts.get(key) ?? withRoots({ ...set, ...identity?.options });
    contexts.set(key, context);
    const beyondRuntime = hello === null ? [] : ciphersBeyond(hello, runtime);
    return { key, context, identity, beyondRuntime };
  };
  return {
    like: (hello, identity) => offer(mirrorHello(hello, runtime), hello, identity),
    plain: (hello, identity, weak) => offer(runtimeSet(weak, runtime), hello, identity),
  };
}

/**
 * A context whose `ca` is all roots costs 20 to 70 ms, because each parses them. The runtime's own are parsed once and
 * shared by all contexts without `ca`; adding to those what it lacks costs 2 to 4 ms.
 */
function createRooting(ca: readonly string[]): (options: SecureContextOptions) => SecureContext {
  const bundled = new Set(rootCertificates.map(contentOf));
  const added = ca.filter((pem) => !bundled.has(contentOf(pem)));
  return (options) => {
    const made = createSecureContext(options);
    const native = made.context as { readonly addCACert?: (pem: string) => void } | undefined;
    if (typeof native?.addCACert !== 'function') return createSecureContext({ ...options, ca: [...ca] });
    for (const pem of added) native.addCACert(pem);
    return made;
  };
}

function contentOf(pem: string): string {
  return pem.replace(/-----[^-]*-----|\s/g, '');
}
