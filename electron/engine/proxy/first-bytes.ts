import { readClientHello, type ClientHello } from '../../../core/observers/tls-client-hello.ts';
import type { Leg } from './leg.ts';

/** Who spoke first on a connection through CONNECT, and what they began with. */
export type FirstBytes =
  | { readonly kind: 'tls'; readonly hello: ClientHello; readonly client: Buffer }
  | { readonly kind: 'other'; readonly client: Buffer | null; readonly server: Buffer | null }
  | { readonly kind: 'gone' };

/** A TLS record's header and the type of its message: a client sends them in one piece. */
const recordStartBytes = 6;
/** How long fewer bytes than that are waited with. */
const undecidedMs = 500;

/**
 * Waits for the first byte of either side. A ClientHello is read whole (at most 64 KiB are held); anything else is
 * returned at once. Both sockets are paused and without listeners of ours when this resolves.
 */
export function awaitFirstBytes(client: Leg, server: Leg | null, early: Buffer | null): Promise<FirstBytes> {
  const legs = server === null ? [client] : [client, server];
  return new Promise((resolve) => {
    let held: Buffer = early ?? Buffer.alloc(0);
    let undecidedTimer: NodeJS.Timeout | undefined;
    const settle = (result: FirstBytes): void => {
      clearTimeout(undecidedTimer);
      for (const { raw } of legs) {
        raw.pause();
        raw.removeListener('close', onGone);
        raw.removeListener('error', onError);
        raw.removeListener('end', onEnd);
      }
      client.raw.removeListener('data', onClient);
      server?.raw.removeListener('data', onServer);
      resolve(result);
    };
    const onClient = (chunk: Buffer): void => {
      clearTimeout(undecidedTimer);
      undecidedTimer = undefined;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const reading = readClientHello(held);
      switch (reading.state) {
        case 'complete':
          settle({ kind: 'tls', hello: reading.hello, client: held });
          return;
        case 'not-tls':
          settle({ kind: 'other', client: held, server: null });
          return;
        case 'need-more':
          // No TLS client waits for an answer this early; another protocol whose first byte is the same may.
          if (held.length < recordStartBytes) undecidedTimer ??= setTimeout(onEnd, undecidedMs);
      }
    };
    const onServer = (chunk: Buffer): void => {
      settle({ kind: 'other', client: held.length === 0 ? null : held, server: chunk });
    };
    /** What will not become more is joined as it is; the ending is then carried over. */
    const onEnd = (): void => {
      settle({ kind: 'other', client: held.length === 0 ? null : held, server: null });
    };
    const onError = (): void => undefined;
    const onGone = (): void => {
      settle({ kind: 'gone' });
    };
    for (const { raw } of legs) {
      raw.on('error', onError);
      raw.once('close', onGone);
      raw.once('end', onEnd);
    }
    server?.raw.on('data', onServer);
    client.raw.on('data', onClient);
    server?.raw.resume();
    client.raw.resume();
    if (held.length > 0) onClient(Buffer.alloc(0));
  });
}
