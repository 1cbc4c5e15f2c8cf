import { createSecureContext, type SecureContext } from 'node:tls';
import type { Authority } from './authority.ts';
import { createLeafKey, issuerOf, signLeaf, type Issuer, type LeafKey } from './leaf.ts';
import type { LeafNames } from './names.ts';

/** Contexts kept when `cacheMax` is not given. */
export const cacheMaxDefault = 1000;

/** A context whose certificate is valid for less than this is made anew. */
const renewBeforeMs = 86_400_000;

export interface MinterOptions {
  /** Contexts kept at most; the one unused for longest makes room. Connections that use it are not affected. */
  readonly cacheMax?: number;
  /** ms since the Unix epoch. */
  readonly now?: () => number;
}

/** Makes certificates for the hosts we stand in for. */
export interface Minter {
  /**
   * The server context for `names`: leaf and CA certificate, a key of the CA's kind. Cached per list of names; callers that
   * ask at the same time share one minting. Rejects only when the runtime itself fails (out of memory).
   */
  readonly contextFor: (names: LeafNames) => Promise<SecureContext>;
  /** Makes the shared key and one throw-away leaf, so that the first connection does not pay for what is slow once. */
  readonly warmUp: () => Promise<void>;
  /** From now on certificates are of this CA; those made before are dropped. Connections that have one keep it. */
  readonly useAuthority: (authority: Authority) => void;
}

/** What the certificates of one CA are made with. */
interface Using {
  readonly issuer: Issuer;
  readonly certificatePem: string;
}

interface Minted {
  readonly context: SecureContext;
  readonly renewAtMs: number;
}

/** `authority` as given by `loadOrCreateAuthority`. */
export function createMinter(authority: Authority, options: MinterOptions = {}): Minter {
  const { cacheMax = cacheMaxDefault, now = Date.now } = options;
  let using: Using = { issuer: issuerOf(authority), certificatePem: authority.certificatePem };
  /** Least recently used first: a `Map` keeps the order of insertion. Holds what is still being minted, too. */
  const cache = new Map<string, Promise<Minted>>();
  const keys = new Map<'ec' | 'rsa', Promise<LeafKey>>();

  function keyOf({ issuer }: Using): Promise<LeafKey> {
    const kind = issuer.key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
    const made = keys.get(kind) ?? createLeafKey(kind);
    keys.set(kind, made);
    return made;
  }

  async function mint(names: LeafNames): Promise<Minted> {
    const { issuer, certificatePem } = using;
    const leafKey = await keyOf(using);
    const leaf = await signLeaf(issuer, leafKey, names, now());
    // A leaf cut short by the end of the CA is not made better by minting it again.
    const renewAtMs = leaf.notAfterMs < issuer.notAfterMs ? leaf.notAfterMs - renewBeforeMs : leaf.notAfterMs;
    return {
      context: createSecureContext({ key: leafKey.pem, cert: leaf.pem + certificatePem }),
      renewAtMs,
    };
  }

  function mintInto(names: LeafNames): Promise<Minted> {
    const minting = mint(names);
    cache.set(names.cacheKey, minting);
    minting.catch(() => {
      if (cache.get(names.cacheKey) === minting) cache.delete(names.cacheKey);
    });
    for (const oldest of cache.keys()) {
      if (cache.size <= cacheMax) break;
      cache.delete(oldest);
    }
    return minting;
  }

  async function contextFor(names: LeafNames): Promise<SecureContext> {
    const cached = cache.get(names.cacheKey);
    if (cached === undefined) return (await mintInto(names)).context;
    cache.delete(names.cacheKey);
    cache.set(names.cacheKey, cached);
    const minted = await cached;
    if (now() < minted.renewAtMs) return minted.context;
    const current = cache.get(names.cacheKey);
    // Whoever saw the old one first has started the new one already.
    return (await (current === undefined || current === cached ? mintInto(names) : current)).context;
  }

  async function warmUp(): Promise<void> {
    await mint({ names: [{ kind: 'dns', text: 'warm-up.invalid' }], cacheKey: '' });
  }

  function useAuthority(next: Authority): void {
    using = { issuer: issuerOf(next), certificatePem: next.certificatePem };
    cache.clear();
    // Made beforehand, so that the first connection does not wait for it.
    keyOf(using).catch(() => undefined);
  }

  return { contextFor, warmUp, useAuthority };
}
