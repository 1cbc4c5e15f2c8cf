import { bytesOfHex } from '../encoding/hex.ts';
import type { Platform } from '../model/platform.ts';
import { expandLabel } from './tls-kdf.ts';
import type { Sender } from './observer.ts';

/** A version of QUIC as far as it is visible from outside. */
export interface QuicVersion {
  readonly number: number;
  /** Such as `QUIC v1`. */
  readonly name: string;
  readonly salt: Uint8Array;
  /** In front of the labels `key`, `iv` and `hp`. */
  readonly labels: string;
  /** Numbers of the long header's packet types. */
  readonly types: {
    readonly initial: number;
    readonly zeroRtt: number;
    readonly handshake: number;
    readonly retry: number;
  };
}

const types1 = { initial: 0, zeroRtt: 1, handshake: 2, retry: 3 } as const;
const salt1 = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a';
const salt29 = 'afbfec289993d24c9e9786f19c6111e04390a899';

/** RFC 9001 section 5.2, RFC 9369 section 3.3, and the drafts that were in use. */
const versions: readonly QuicVersion[] = [
  version(1, 'QUIC v1', salt1),
  {
    ...version(0x6b3343cf, 'QUIC v2', '0dede3def700a6db819381be6e269dcbf9bd2ed9'),
    labels: 'quicv2 ',
    types: { initial: 1, zeroRtt: 2, handshake: 3, retry: 0 },
  },
  ...[29, 30, 31, 32].map((draft) => version(0xff000000 + draft, `QUIC draft ${draft}`, salt29)),
  ...[33, 34].map((draft) => version(0xff000000 + draft, `QUIC draft ${draft}`, salt1)),
];

function version(number: number, name: string, salt: string): QuicVersion {
  return { number, name, salt: bytesOfHex(salt), labels: 'quic ', types: types1 };
}

export function quicVersion(number: number): QuicVersion | null {
  return versions.find((each) => each.number === number) ?? null;
}

/** Such as `QUIC v1`; `0x1a2a3a4a` for one that is not known. */
export function quicVersionName(number: number): string {
  return quicVersion(number)?.name ?? `0x${number.toString(16).padStart(8, '0')}`;
}

/** What protects the Initial packets of one sender. */
export interface InitialKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** Of the header. */
  readonly mask: Uint8Array;
}

/** Everybody who saw the client's first connection id can derive them (RFC 9001 section 5.2). */
export function initialKeys(
  platform: Platform,
  { salt, labels }: QuicVersion,
  connectionId: Uint8Array,
): Readonly<Record<Sender, InitialKeys>> {
  const initial = platform.hmac('sha256', salt, connectionId);
  const of = (label: string): InitialKeys => {
    const secret = expandLabel(platform, 'sha256', initial, label, 32);
    return {
      key: expandLabel(platform, 'sha256', secret, `${labels}key`, 16),
      iv: expandLabel(platform, 'sha256', secret, `${labels}iv`, 12),
      mask: expandLabel(platform, 'sha256', secret, `${labels}hp`, 16),
    };
  };
  return { client: of('client in'), server: of('server in') };
}
