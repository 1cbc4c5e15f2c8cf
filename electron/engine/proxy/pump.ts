import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';
import { giveBack } from './pooled-reads.ts';
import { noteReadGarbage } from './read-garbage.ts';
import { corkThisTurn } from './turn.ts';

export interface PumpHooks {
  /** Bytes that have just been handed on. `chunk` may be kept only as a copy. */
  readonly bytes: (chunk: Buffer, atUs: number, handedOnAtUs: number) => void;
  /** The sender's stream is over; true if it ended inside a message, so that a polite ending would be a lie. */
  readonly end: (atUs: number) => boolean;
  /** Everything handed on so far was taken by the receiver's socket up to this many chunks. */
  readonly taken?: (chunks: number) => void;
  readonly stalled?: (us: number) => void;
  /** What leaves in place of a chunk, and what is left of it at the end; left out: the chunk as it came. */
  readonly rewrite?: (chunk: Buffer) => readonly Uint8Array[];
  readonly rest?: () => readonly Uint8Array[];
}

export interface Pump {
  /** Begins: hands on what was read before (and when, if not now), then everything that comes. */
  readonly start: (first: Buffer | null, firstAtUs?: number) => void;
  /** Chunks handed on so far. */
  readonly handedOn: () => number;
}

/**
 * Hands every chunk of one leg to the other as it came and stops reading while the receiver does not take more
 * (bound: the receiver's write buffer, 256 KiB, and one chunk). The ending is carried over as it came.
 */
export function pump(from: Leg, to: Leg, hooks: PumpHooks): Pump {
  const source = from.socket();
  const target = to.socket();
  let handedOn = 0;
  let taken = 0;
  let stalledAtUs: number | null = null;
  const onTaken = (): void => {
    taken++;
    hooks.taken?.(taken);
  };
  const pooled = from.role === 'server' && from.tls() === null;
  const onData = (chunk: Buffer): void => {
    handOn(chunk, nowUs());
  };
  const handOn = (chunk: Buffer, atUs: number): void => {
    handedOn++;
    corkThisTurn(target);
    const leaving = hooks.rewrite === undefined ? chunk : Buffer.concat(hooks.rewrite(chunk));
    const more = target.write(leaving, pooled ? takenAndGiveBack(chunk) : onTaken);
    noteReadGarbage(chunk.length);
    hooks.bytes(chunk, atUs, nowUs());
    if (!more && !target.destroyed) {
      stalledAtUs = atUs;
      source.pause();
    }
  };
  const takenAndGiveBack =
    (chunk: Buffer): ((error?: Error | null) => void) =>
    (error) => {
      if (error == null) giveBack(chunk);
      onTaken();
    };
  const onDrain = (): void => {
    if (stalledAtUs === null) return;
    hooks.stalled?.(nowUs() - stalledAtUs);
    stalledAtUs = null;
    source.resume();
  };
  const onEnd = (): void => {
    for (const held of hooks.rest?.() ?? []) target.write(held);
    const truncated = hooks.end(nowUs());
    if (truncated && to.tls() !== null) to.endBare();
    // Not within the last step of a TLS handshake, where OpenSSL leaves the close_notify out.
    else setImmediate(() => target.end());
  };
  return {
    start: (first, firstAtUs) => {
      source.on('data', onData);
      source.on('end', onEnd);
      target.on('drain', onDrain);
      if (first !== null && first.length > 0) handOn(first, firstAtUs ?? nowUs());
      if (source.readableEnded) onEnd();
      else if (stalledAtUs === null) source.resume();
    },
    handedOn: () => handedOn,
  };
}

/** Carries a reset or an abort of either leg over to the other, and calls `closed` once when both are closed. */
export function linkClosing(client: Leg, server: Leg, closed: (by: ClosedBy) => void): void {
  let open = 2;
  let by: ClosedBy = 'fin';
  const watch = (leg: Leg, other: Leg): void => {
    const socket = leg.socket();
    let failed = false;
    let over = false;
    const onError = (): void => {
      failed = true;
    };
    const onClose = (): void => {
      if (over) return;
      over = true;
      if (failed && by === 'fin') by = leg.role;
      if (failed) other.reset();
      else if (!socket.readableEnded) other.drop();
      if (--open === 0) closed(by);
    };
    socket.on('error', onError);
    if (leg.raw !== socket) leg.raw.on('error', onError);
    socket.once('close', onClose);
    leg.raw.once('close', () => {
      if (leg.raw !== socket) socket.destroy();
    });
    if (socket.destroyed) setImmediate(onClose);
  };
  watch(client, server);
  watch(server, client);
}

/** `fin`: both ended in order; else the side that reset. */
export type ClosedBy = 'fin' | 'client' | 'server';
