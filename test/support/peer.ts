import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { within } from './within.ts';

/** How a stream ended for the one who reads it. `bare-fin`: TLS without its own goodbye (close_notify). */
export type Ending = 'fin' | 'close-notify' | 'bare-fin' | 'reset' | 'own-reset';

/** One end of a conversation, for scripts: every wait ends by itself after some seconds. */
export interface Peer {
  readonly socket: Socket;
  /** The TLS handshake is over, as this side sees it; at once without TLS. */
  readonly secured: () => Promise<void>;
  readonly send: (bytes: string | Uint8Array) => void;
  /** Waits until this text (latin1) came after what was expected before. */
  readonly expect: (text: string) => Promise<void>;
  /** Waits until this many bytes came in all; for many, longer than else. */
  readonly expectTotal: (bytes: number) => Promise<void>;
  /** FIN, after close_notify under TLS. */
  readonly end: () => void;
  /** FIN without close_notify. */
  readonly endBare: () => void;
  readonly reset: () => void;
  readonly ending: () => Promise<Ending>;
  /** `performance.now()` of the ending. */
  readonly endedAt: () => number;
  readonly received: () => Buffer;
  readonly dispose: () => void;
}

const usualWaitMs = 8_000;
/** Bytes that a busy machine brings in a millisecond, at least. */
const slowBytesPerMs = 4_000;

/** A peer over TCP, or over TLS made by `wrap` from a stream that looks at the records passing by. */
export function createPeer(name: string, raw: Socket, wrap: ((stream: Duplex) => TLSSocket) | null): Peer {
  const watched = wrap === null ? null : watchRecords(raw);
  const socket: Socket = wrap === null || watched === null ? raw : wrap(watched.stream);
  const chunks: Buffer[] = [];
  let total = 0;
  let cursor = 0;
  let ended: Ending | null = null;
  let endedAt = NaN;
  const waiting = new Set<() => void>();

  const ends = (how: Ending): void => {
    if (ended !== null) return;
    ended = how;
    endedAt = performance.now();
    for (const check of waiting) check();
  };
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    total += chunk.length;
    for (const check of waiting) check();
  });
  socket.on('end', () => {
    ends(watched === null ? 'fin' : watched.saidGoodbye() ? 'close-notify' : 'bare-fin');
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    ends('reset');
    raw.destroy();
  });
  raw.on('error', () => {
    ends('reset');
  });

  let isSecured = wrap === null;
  for (const event of ['secure', 'secureConnect']) {
    socket.once(event, () => {
      isSecured = true;
      for (const check of waiting) check();
    });
  }

  const received = (): Buffer => {
    const whole = Buffer.concat(chunks);
    chunks.splice(0, chunks.length, whole);
    return whole;
  };
  const until = (what: string, reached: () => boolean, waitMs = usualWaitMs): Promise<void> => {
    let check: () => void = () => undefined;
    const promise = new Promise<void>((resolve, reject) => {
      check = (): void => {
        if (reached()) resolve();
        else if (ended !== null) reject(new Error(`${name} saw ${ended} while it waited for ${what}.`));
      };
      waiting.add(check);
      check();
    });
    return within(waitMs, `${what} at ${name}`, promise)
      .catch((error: unknown) => {
        const tail = received().subarray(-300).toString('latin1');
        throw new Error(`${String(error)} It had received ${total} bytes, at last: ${JSON.stringify(tail)}`);
      })
      .finally(() => {
        waiting.delete(check);
      });
  };

  return {
    socket,
    secured: () => until('the end of the handshake', () => isSecured),
    send: (bytes) => {
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    },
    expect: (text) =>
      until(JSON.stringify(text.slice(0, 80)), () => {
        const at = received().indexOf(text, cursor, 'latin1');
        if (at === -1) return false;
        cursor = at + text.length;
        return true;
      }),
    expectTotal: (bytes) =>
      until(`${bytes} bytes`, () => total >= bytes, usualWaitMs + bytes / slowBytesPerMs),
    end: () => {
      socket.end();
    },
    endBare: () => {
      socket.write(Buffer.alloc(0), () => raw.end());
    },
    reset: () => {
      ends('own-reset');
      // `resetAndDestroy` would send FIN before RST.
      (raw as Socket & { resetAndClosing?: boolean }).resetAndClosing = true;
      raw.destroy();
      socket.destroy();
    },
    ending: async () => {
      if (ended === null) await until('the end', () => ended !== null);
      return ended ?? 'reset';
    },
    endedAt: () => endedAt,
    received,
    dispose: () => {
      socket.destroy();
      raw.destroy();
    },
  };
}

/**
 * Node says nothing of close_notify, so the records are looked at below it: the goodbye is an alert (RFC 8446
 * section 6.1), which TLS 1.3 hides in an application record of 19 bytes. Scripts send no last piece of 2 bytes.
 */
function watchRecords(raw: Socket): { stream: Duplex; saidGoodbye: () => boolean } {
  let header: number[] = [];
  let left = 0;
  let last = { type: 0, length: 0 };
  const look = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const skipped = Math.min(left, chunk.length - at);
        left -= skipped;
        at += skipped;
        continue;
      }
      header.push(chunk[at++] ?? 0);
      if (header.length < 5) continue;
      left = ((header[3] ?? 0) << 8) | (header[4] ?? 0);
      last = { type: header[0] ?? 0, length: left };
      header = [];
    }
  };
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => {
      raw.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      if (raw.writableEnded || raw.destroyed) done();
      else
        raw.write(chunk, () => {
          done();
        });
    },
    final: (done) => {
      raw.end();
      done();
    },
  });
  raw.on('data', (chunk: Buffer) => {
    look(chunk);
    if (!stream.push(chunk)) raw.pause();
  });
  raw.on('end', () => {
    stream.push(null);
  });
  raw.on('error', (error) => {
    stream.destroy(error);
  });
  stream.on('error', () => undefined);
  return {
    stream,
    saidGoodbye: () => last.type === 21 || (last.type === 23 && last.length === 19),
  };
}
