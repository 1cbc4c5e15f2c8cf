import { u16At } from '../encoding/network-order.ts';
import { createWindowSearch } from '../encoding/window-search.ts';
import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import type { Unanswered } from '../model/waiting-questions.ts';
import { createDnsExchanges, type OnDnsAnswer } from './dns-exchanges.ts';
import { DNS_LIMITS, type DnsLimits } from './dns-limits.ts';
import { fitsHeader } from './dns-looks.ts';
import { createDnsReader, dnsHeaderBytes } from './dns-message.ts';
import type { GapObserver, Sender } from './observer.ts';

export interface DnsStreamOptions {
  readonly onAnswer?: OnDnsAnswer;
  readonly limits?: Partial<DnsLimits>;
}

const cut: Unanswered = {
  error: { code: 'cut', message: 'The connection ended before the answer.' },
  facts: [],
};

const lengthBytes = 2;
/** What tells the beginning of a message from other bytes. */
const windowBytes = lengthBytes + dnsHeaderBytes;

/**
 * Observes DNS over TCP (RFC 7766): each message has its length in front; questions may be pipelined and answered in any order. Keeps at most one message
 * (64 KiB) a side. After a gap within a message that message is lost; after a longer one, reading goes on at the next bytes that can begin a message.
 */
export function createDnsStreamObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  options: DnsStreamOptions = {},
): GapObserver {
  const limits = { ...DNS_LIMITS, ...options.limits };
  const read = createDnsReader(platform, false);
  const exchanges = createDnsExchanges(emit, limits, cut, options.onAnswer ?? ((): void => {}));
  const ended: Record<Sender, boolean> = { client: false, server: false };

  function fact(atUs: number, name: string, value: string): void {
    emit({ type: 'fact', atUs, name, value });
  }

  function takerOf(sender: Sender): DnsFrames {
    return createDnsFrames(
      (bytes, firstAtUs, atUs) => {
        const message = read(bytes);
        if (message === null || (message.problem !== null && message.questions.length === 0)) return false;
        exchanges.take({ sender, message, firstAtUs, atUs, bytes: lengthBytes + bytes.length });
        return true;
      },
      (atUs) => fact(atUs, 'unreadable', `The ${sender} sent something that is no DNS message.`),
    );
  }

  const sides: Readonly<Record<Sender, DnsFrames>> = { client: takerOf('client'), server: takerOf('server') };

  return {
    bytes: (sender, chunk, atUs) => sides[sender].bytes(chunk, atUs),
    gap: (sender, bytes, atUs) => {
      fact(atUs, 'missing', `${bytes} bytes of the ${sender} are missing.`);
      sides[sender].gap(bytes);
    },
    end: (sender, how, atUs) => {
      ended[sender] = true;
      if (how === 'reset' || sender === 'server' || (ended.client && ended.server)) exchanges.end(atUs);
    },
  };
}

/** Cuts one side into messages. */
interface DnsFrames {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly gap: (bytes: number) => void;
}

/** `take`: one message, valid during the call; false if it is none. `lost`: told once each time the beginning of the next message is not known. */
function createDnsFrames(
  take: (bytes: Uint8Array, firstAtUs: number, atUs: number) => boolean,
  lost: (atUs: number) => void,
): DnsFrames {
  const search = createWindowSearch(windowBytes, (bytes, at) =>
    fitsHeader(bytes, at + lengthBytes, u16At(bytes, at)),
  );
  let held = new Uint8Array(512);
  let heldBytes = 0;
  /** Bytes that still belong to a message that is passed over. */
  let skip = 0;
  let isLost = false;
  let firstAtUs = 0;

  function bytes(chunk: Uint8Array, atUs: number): void {
    let at = Math.min(skip, chunk.length);
    skip -= at;
    while (at < chunk.length) {
      if (isLost) {
        at = lookOn(chunk, at, atUs);
        continue;
      }
      if (heldBytes === 0) firstAtUs = atUs;
      const wanted = heldBytes < lengthBytes ? lengthBytes : lengthBytes + u16At(held, 0);
      const to = Math.min(chunk.length, at + wanted - heldBytes);
      hold(chunk, at, to);
      at = to;
      if (heldBytes < wanted) return;
      finish(atUs);
    }
  }

  function hold(chunk: Uint8Array, from: number, to: number): void {
    const size = heldBytes + to - from;
    if (size > held.length) {
      const larger = new Uint8Array(Math.min(lengthBytes + 65_535, size * 2));
      larger.set(held.subarray(0, heldBytes));
      held = larger;
    }
    held.set(chunk.subarray(from, to), heldBytes);
    heldBytes = size;
  }

  /** What is held is a length, or a whole message. */
  function finish(atUs: number): void {
    const length = u16At(held, 0);
    if (heldBytes === lengthBytes && length >= dnsHeaderBytes) return;
    const isMessage =
      length >= dnsHeaderBytes && take(held.subarray(lengthBytes, heldBytes), firstAtUs, atUs);
    heldBytes = 0;
    if (isMessage) return;
    lose();
    lost(atUs);
  }

  /** Looks for the length and the header of a message; returns how far. */
  function lookOn(chunk: Uint8Array, at: number, atUs: number): number {
    const to = search.find(chunk, at, atUs);
    if (to < 0) return chunk.length;
    hold(search.found(), 0, windowBytes);
    firstAtUs = search.firstAtUs();
    isLost = false;
    return to;
  }

  function lose(): void {
    isLost = true;
    search.reset();
  }

  function gap(missing: number): void {
    const wanted = heldBytes < lengthBytes ? 0 : lengthBytes + u16At(held, 0) - heldBytes;
    if (!isLost && heldBytes === 0 && missing <= skip) skip -= missing;
    else if (!isLost && missing <= wanted) skip = wanted - missing;
    else {
      skip = 0;
      lose();
    }
    heldBytes = 0;
  }

  return { bytes, gap };
}
