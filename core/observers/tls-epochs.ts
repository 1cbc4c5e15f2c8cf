import type { Platform } from '../model/platform.ts';
import { suiteOf, type TlsSuite } from './tls-suites.ts';
import { lockedByVersion, lockedBySuite, lockedReasons } from './tls-locked.ts';
import { openTls12, openTls13, updatedSecret, type OpenRecord } from './tls-protection.ts';
import type { Sender } from './observer.ts';

/** Which keys protect a record: those of early data, handshake and application data in TLS 1.3, the one set of TLS 1.2. */
export type Stage = 'early' | 'handshake' | 'application' | 'session';

/** One set of keys of one sender; its records are counted from 0. */
export interface Epoch {
  readonly stage: Stage;
  readonly open: OpenRecord;
  /** The traffic secret; in TLS 1.2 the master secret. */
  readonly secret: Uint8Array;
}

/** Where secrets come from: one connection of a key log. */
export interface SecretSource {
  readonly secret: (label: string) => Uint8Array | null;
}

/** What the hellos said, as far as keys depend on it. */
export interface Negotiated {
  readonly version: number;
  readonly cipher: number;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  readonly encryptThenMac: boolean;
}

/** Why there is no epoch. `wait`: keys that may still come would help. */
export interface NoEpoch {
  readonly wait: boolean;
  readonly reason: string;
}

export const tls13 = 0x0304;
const tls12 = 0x0303;
const masterSecretBytes = 48;
const hashBytes: Readonly<Partial<Record<string, number>>> = { sha256: 32, sha384: 48 };

const labels: Readonly<Record<Sender, Readonly<Record<'handshake' | 'application', string>>>> = {
  client: { handshake: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', application: 'CLIENT_TRAFFIC_SECRET_0' },
  server: { handshake: 'SERVER_HANDSHAKE_TRAFFIC_SECRET', application: 'SERVER_TRAFFIC_SECRET_0' },
};
const earlyLabel = 'CLIENT_EARLY_TRAFFIC_SECRET';

/** The keys of a sender at a stage. Where the log has those of the application only, a handshake is passed over with them. */
export function epochOf(
  platform: Platform,
  secrets: SecretSource | null,
  negotiated: Negotiated,
  sender: Sender,
  stage: 'handshake' | 'application' | 'session',
): Epoch | NoEpoch {
  const suite = suiteOf(negotiated.cipher);
  if (negotiated.version !== tls13 && negotiated.version !== tls12) {
    return { wait: false, reason: lockedByVersion(negotiated.version) };
  }
  if (suite === null) return { wait: false, reason: lockedBySuite(negotiated.cipher) };
  if (secrets === null) return { wait: true, reason: lockedReasons.noKeys };
  if (stage === 'session') return sessionEpoch(platform, secrets, negotiated, suite, sender);
  const found =
    trafficEpoch(platform, secrets, suite, labels[sender][stage], stage) ??
    trafficEpoch(platform, secrets, suite, labels[sender].application, 'application');
  return found ?? { wait: true, reason: lockedReasons.someKeys };
}

function trafficEpoch(
  platform: Platform,
  secrets: SecretSource,
  suite: TlsSuite,
  label: string,
  stage: Stage,
): Epoch | null {
  const secret = secrets.secret(label);
  if (secret === null || suite.kind !== 'aead' || secret.length !== hashBytes[suite.hash]) return null;
  return { stage, secret, open: openTls13(platform, suite, secret) };
}

function sessionEpoch(
  platform: Platform,
  secrets: SecretSource,
  negotiated: Negotiated,
  suite: TlsSuite,
  sender: Sender,
): Epoch | NoEpoch {
  const masterSecret = secrets.secret('CLIENT_RANDOM');
  if (masterSecret?.length !== masterSecretBytes) return { wait: true, reason: lockedReasons.noKeys };
  const open = openTls12(platform, suite, { ...negotiated, masterSecret })[sender];
  return { stage: 'session', secret: masterSecret, open };
}

/** The keys after a key update of TLS 1.3. */
export function updatedEpoch(platform: Platform, cipher: number, epoch: Epoch): Epoch | null {
  const suite = suiteOf(cipher);
  if (suite?.kind !== 'aead' || epoch.stage !== 'application') return null;
  const secret = updatedSecret(platform, suite, epoch.secret);
  return { stage: 'application', secret, open: openTls13(platform, suite, secret) };
}

/** The keys of early data, one for each offered suite that they can be of: which one it is, the server has not said yet. */
export function earlyEpochs(
  platform: Platform,
  secrets: SecretSource | null,
  ciphers: readonly number[],
): readonly Epoch[] {
  if (secrets === null) return [];
  const epochs: Epoch[] = [];
  for (const cipher of ciphers) {
    const suite = cipher >>> 8 === 0x13 ? suiteOf(cipher) : null;
    const epoch = suite === null ? null : trafficEpoch(platform, secrets, suite, earlyLabel, 'early');
    if (epoch !== null) epochs.push(epoch);
  }
  return epochs.slice(0, earlySuitesMax);
}

/** There are five suites of TLS 1.3. */
const earlySuitesMax = 5;
