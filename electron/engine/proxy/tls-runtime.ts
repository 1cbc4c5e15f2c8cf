import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** What of TLS the runtime can be told by name: OpenSSL in Node and BoringSSL in Electron know different things. */
export interface TlsRuntime {
  readonly cipher: (name: string) => boolean;
  readonly group: (name: string) => boolean;
  readonly signature: (name: string) => boolean;
  /** Groups that a key is sent for at once can be marked with `*` (OpenSSL 3.5). */
  readonly marksKeyShares: () => boolean;
  /** Old and weak algorithms can be let in by `@SECLEVEL=0` (OpenSSL). */
  readonly hasSecurityLevels: () => boolean;
}

/** Every name is tried once, when it is first asked for. */
export function createTlsRuntime(): TlsRuntime {
  const tried = new Map<string, boolean>();
  const takes = (options: SecureContextOptions): boolean => {
    const key = JSON.stringify(options);
    const known = tried.get(key);
    if (known !== undefined) return known;
    let taken = true;
    try {
      createSecureContext(options);
    } catch {
      taken = false;
    }
    tried.set(key, taken);
    return taken;
  };
  return {
    cipher: (name) => takes({ ciphers: name }),
    group: (name) => takes({ ecdhCurve: name }),
    signature: (name) => takes({ sigalgs: name }),
    marksKeyShares: () => takes({ ecdhCurve: '*X25519:P-256' }),
    hasSecurityLevels: () => takes({ ciphers: 'AES128-SHA:@SECLEVEL=0' }),
  };
}
