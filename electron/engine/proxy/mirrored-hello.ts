import type { SecureContextOptions, SecureVersion } from 'node:tls';
import { cipherNames, groupNames, signatureNames } from '../../../core/model/tls-names.ts';
import type { ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { isGrease } from '../../../core/observers/tls-fingerprint.ts';
import type { TlsRuntime } from './tls-runtime.ts';

/** What we offer a server, as the runtime is told. Equal sets have equal JSON. */
export type OfferedSet = Pick<
  SecureContextOptions,
  'ciphers' | 'ecdhCurve' | 'sigalgs' | 'minVersion' | 'maxVersion' | 'secureOptions'
>;

const encryptThenMac = 22;
/** `SSL_OP_NO_ENCRYPT_THEN_MAC`, which `node:constants` leaves out; BoringSSL has no such extension. */
const noEncryptThenMac = 0x8_0000;
const versionNames: ReadonlyMap<number, SecureVersion> = new Map([
  [0x0301, 'TLSv1'],
  [0x0302, 'TLSv1.1'],
  [0x0303, 'TLSv1.2'],
  [0x0304, 'TLSv1.3'],
]);
/** The lowest version used, except where somebody has accepted a server's weakness. */
const soundVersion = 0x0303;
const newestVersion = 0x0304;

/**
 * The client's own ciphers, groups, signature algorithms and versions in its order, without what the runtime does not
 * know; where nothing is left, the runtime's own.
 */
export function mirrorHello(hello: ClientHello, runtime: TlsRuntime): OfferedSet {
  const ciphers = named(hello.ciphers, cipherNames).filter(runtime.cipher);
  const shares = new Set(runtime.marksKeyShares() ? hello.keyShares : []);
  const groups = hello.groups.flatMap((group) => {
    const name = groupNames.get(group);
    if (name === undefined || !runtime.group(name)) return [];
    return shares.has(group) ? `*${name}` : name;
  });
  const signatures = named(hello.signatureAlgorithms, signatureNames).filter(runtime.signature);
  return {
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
    ...(groups.length === 0 ? {} : { ecdhCurve: groups.join(':') }),
    ...(signatures.length === 0 ? {} : { sigalgs: signatures.join(':') }),
    ...(hello.extensions.includes(encryptThenMac) ? {} : { secureOptions: noEncryptThenMac }),
    ...mirrorVersions(hello),
  };
}

/** What is offered when the client's own set has led nowhere: the runtime's, or `weak` everything it can do. */
export function runtimeSet(weak: boolean, runtime: TlsRuntime): OfferedSet {
  if (!weak) return {};
  const all = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'ALL', '!aNULL', '!eNULL'];
  return {
    ciphers: (runtime.hasSecurityLevels() ? [...all, '@SECLEVEL=0'] : all).join(':'),
    minVersion: 'TLSv1',
  };
}

/** What of the client's ciphers only the other runtime could offer. */
export function ciphersBeyond(hello: ClientHello, runtime: TlsRuntime): readonly string[] {
  if (runtime.hasSecurityLevels()) return [];
  return named(hello.ciphers, cipherNames).filter((name) => !name.includes('-DES-') && !runtime.cipher(name));
}

function named(values: readonly number[], names: ReadonlyMap<number, string>): string[] {
  return values.flatMap((value) => names.get(value) ?? []);
}

function mirrorVersions(hello: ClientHello): Pick<OfferedSet, 'minVersion' | 'maxVersion'> {
  const listed = hello.versions.filter((version) => !isGrease(version));
  const highest = Math.min(newestVersion, listed.length === 0 ? hello.legacyVersion : Math.max(...listed));
  const lowest = listed.length === 0 ? soundVersion : Math.min(...listed);
  const maxVersion = versionNames.get(highest);
  const minVersion = versionNames.get(Math.max(soundVersion, lowest));
  // A client too old for us hears that from us; what the server is asked does not matter then.
  if (maxVersion === undefined || minVersion === undefined || highest < soundVersion) return {};
  return { minVersion, maxVersion };
}
