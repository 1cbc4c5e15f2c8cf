import { looksLikeHttp2Preface } from '../../../core/observers/http2.ts';
import { readClientHello, type ClientHello } from '../../../core/observers/tls-client-hello.ts';
import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';

/** What a client begins with, and when its first byte came. */
export type Opening =
  | { readonly kind: 'tls'; readonly hello: ClientHello; readonly bytes: Buffer; readonly atUs: number }
  | { readonly kind: 'http2' | 'other'; readonly bytes: Buffer; readonly atUs: number }
  /** Nothing came by now, or its half ended with nothing. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'gone' };

/** The reading of it, from now on. When it has settled, the socket is paused and without listeners of ours. */
export interface OpeningReader {
  readonly outcome: Promise<Opening>;
  /** Settles with what has come by now. */
  readonly stop: () => Opening;
}

/** How long bytes that could become TLS or HTTP/2 are waited with, when they are too few to tell. */
const undecidedMs = 500;
/** A TLS record's header and the type of its message: a client that has sent these goes on. */
const recordStartBytes = 6;

/** Reads on until it is clear what the client speaks; at most 64 KiB are held, those of a ClientHello. */
export function readOpening(client: Leg): OpeningReader {
  const { raw } = client;
  let held: Buffer = Buffer.alloc(0);
  let atUs = 0;
  let settled: Opening | null = null;
  let timer: NodeJS.Timeout | undefined;
  let resolve: (opening: Opening) => void = () => undefined;
  const outcome = new Promise<Opening>((done) => (resolve = done));

  const settle = (opening: Opening): Opening => {
    if (settled !== null) return settled;
    settled = opening;
    clearTimeout(timer);
    raw.pause();
    raw.removeListener('data', onData);
    raw.removeListener('end', stop);
    raw.removeListener('close', onClose);
    resolve(opening);
    return opening;
  };
  const stop = (): Opening =>
    settle(held.length === 0 ? { kind: 'silent' } : { kind: 'other', bytes: held, atUs });
  const onClose = (): void => void settle({ kind: 'gone' });
  const onData = (chunk: Buffer): void => {
    if (held.length === 0) atUs = nowUs();
    clearTimeout(timer);
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const http2 = looksLikeHttp2Preface(held, held.length);
    const tls = readClientHello(held);
    if (tls.state === 'complete') settle({ kind: 'tls', hello: tls.hello, bytes: held, atUs });
    else if (http2 === 'yes') settle({ kind: 'http2', bytes: held, atUs });
    else if (tls.state === 'not-tls' && http2 === 'no') stop();
    else if (http2 === 'need-more' || held.length < recordStartBytes) timer = setTimeout(stop, undecidedMs);
  };
  raw.on('data', onData);
  raw.once('end', stop);
  raw.once('close', onClose);
  if (raw.destroyed) onClose();
  else raw.resume();
  return { outcome, stop };
}

/** What the client says within this time. */
export function openingWithin(opening: OpeningReader, ms: number): Promise<Opening> {
  const timer = setTimeout(opening.stop, ms);
  return opening.outcome.finally(() => clearTimeout(timer));
}

/** Waits for either side. The server's socket is paused and without listeners of ours then, as is the client's. */
export async function whoSpeaksFirst(
  opening: OpeningReader,
  server: Leg,
): Promise<{ readonly client: Opening; readonly server: Buffer | null }> {
  const socket = server.socket();
  let said: Buffer | null = null;
  const onData = (chunk: Buffer): void => {
    socket.pause();
    said = chunk;
    opening.stop();
  };
  socket.on('data', onData);
  socket.once('end', opening.stop);
  socket.once('close', opening.stop);
  socket.resume();
  const client = await opening.outcome;
  socket.pause();
  socket.removeListener('data', onData);
  socket.removeListener('end', opening.stop);
  socket.removeListener('close', opening.stop);
  return { client, server: said };
}
