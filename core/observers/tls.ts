import type { Platform } from '../model/platform.ts';
import type { TlsKeys } from '../packets/tls-keys.ts';
import type { GapObserver, Looks, Sender, StreamEnd } from './observer.ts';
import { TlsConnection } from './tls-connection.ts';
import type { TlsEvents } from './tls-events.ts';

export type { ClientHelloFacts, ServerHelloFacts, TlsAlert, TlsEvents } from './tls-events.ts';

export interface TlsObserverOptions {
  readonly platform: Platform;
  readonly keys: Pick<TlsKeys, 'secretsOf'>;
  readonly events: TlsEvents;
  /**
   * Keys may come later than the bytes that need them: up to `heldBytesMax` of each side are held until `keysChanged` or `keysComplete`, for as long as
   * what comes is at most `heldUsMax` younger. False: what cannot be decrypted at once is locked at once.
   */
  readonly keysMayCome: boolean;
}

/** Reads captured TLS 1.2 and 1.3 and decrypts it as far as there are keys. */
export interface TlsObserver extends GapObserver {
  /** Keys were added: what is held is tried again. */
  readonly keysChanged: () => void;
  /** No keys will come any more: what is held and cannot be decrypted is given up, and `locked` says why. */
  readonly keysComplete: () => void;
}

/** Bytes of each side that are held until keys come; beyond them the connection is given up. */
export const heldBytesMax = 262_144;
/** By the times of the packets: a log is written as soon as its keys are made. */
export const heldUsMax = 5_000_000;

/** Something that came while keys were missing. */
interface Held {
  readonly sender: Sender;
  readonly atUs: number;
  readonly what:
    | { readonly type: 'bytes'; readonly chunk: Uint8Array }
    | { readonly type: 'gap'; readonly bytes: number }
    | { readonly type: 'end'; readonly how: StreamEnd };
}

/** What holding a chunk costs besides its bytes, so that many small ones have a bound as well. */
const heldOverheadBytes = 64;

/**
 * Observes one connection from its first byte on (RFC 8446, RFC 5246). Holds a record and a handshake message of each side, and what waits for keys. After
 * a gap, it goes on at the next record that opens, and tells how much it could not read.
 */
export function createTlsObserver({ platform, keys, events, keysMayCome }: TlsObserverOptions): TlsObserver {
  const connection = new TlsConnection(platform, (random) => keys.secretsOf(random), events, keysMayCome);
  /** In the order it came; the records of `waiting` come before all of it. */
  let held: Held[] = [];
  const heldBytes: Record<Sender, number> = { client: 0, server: 0 };
  let waiting: Sender | null = null;
  let waitingSinceUs = 0;

  /** True when the sender's records wait for keys. */
  function play({ sender, atUs, what }: Held): boolean {
    switch (what.type) {
      case 'bytes':
        return connection.side(sender).records.bytes(what.chunk, atUs);
      case 'gap':
        connection.side(sender).records.gap(what.bytes);
        return false;
      case 'end':
        events.end(sender, what.how, atUs);
        return false;
      default:
        return what satisfies never;
    }
  }

  function hold(input: Held): void {
    const size = input.what.type === 'bytes' ? input.what.chunk.length : 0;
    const kept =
      input.what.type === 'bytes' ? { ...input.what, chunk: new Uint8Array(input.what.chunk) } : input.what;
    held.push({ ...input, what: kept });
    heldBytes[input.sender] += size + heldOverheadBytes;
  }

  function wait(sender: Sender, atUs: number): void {
    waiting = sender;
    waitingSinceUs = atUs;
  }

  function playHeld(): void {
    if (waiting === null || connection.side(waiting).records.again()) return;
    waiting = null;
    const inputs = held;
    held = [];
    heldBytes.client = heldBytes.server = 0;
    for (const [index, input] of inputs.entries()) {
      if (!play(input)) continue;
      wait(input.sender, input.atUs);
      for (const later of inputs.slice(index + 1)) hold(later);
      return;
    }
  }

  function giveUp(): void {
    connection.stopWaiting();
    playHeld();
  }

  function take(input: Held): void {
    const { sender, atUs } = input;
    if (waiting === null) {
      if (play(input)) wait(sender, atUs);
      return;
    }
    hold(input);
    const bytes = heldBytes[sender] + connection.side(sender).records.held();
    if (bytes > heldBytesMax || atUs - waitingSinceUs > heldUsMax) giveUp();
  }

  return {
    bytes: (sender, chunk, atUs) => {
      connection.began(atUs);
      if (waiting !== null) take({ sender, atUs, what: { type: 'bytes', chunk } });
      else if (connection.side(sender).records.bytes(chunk, atUs)) wait(sender, atUs);
    },
    gap: (sender, bytes, atUs) => {
      take({ sender, atUs, what: { type: 'gap', bytes } });
    },
    end: (sender, how, atUs) => {
      take({ sender, atUs, what: { type: 'end', how } });
    },
    keysChanged: playHeld,
    keysComplete: giveUp,
  };
}

/** Whether the first bytes of a conversation are of TLS: a handshake record with a ClientHello (RFC 8446 section 5.1). */
export function looksLikeTls(client: Uint8Array): Looks {
  const expected = [22, 3];
  if (expected.some((byte, index) => (client[index] ?? byte) !== byte)) return 'no';
  if (client.length < 6) return 'need-more';
  return client[5] === 1 ? 'yes' : 'no';
}
