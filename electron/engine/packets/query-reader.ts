import type { QueryEvent } from '../../../core/model/query-events.ts';
import type { GapObserver, Sender } from '../../../core/observers/observer.ts';
import { createQueryExchanges } from './query-exchanges.ts';
import type { PlainReader, StreamContext } from './stream-reader.ts';

/** Says from where on both streams are TLS. */
export type HandOver = (to: 'tls', clientFrom: number, serverFrom: number) => void;

export interface QueryReaderOptions {
  /** As rows name it: `postgres`, … */
  readonly protocol: string;
  readonly observe: (emit: (event: QueryEvent) => void, onHandOver: HandOver) => GapObserver;
  /** What reads the streams once both ends agreed on TLS. */
  readonly tls: () => PlainReader;
}

/** Reads a protocol of questions and answers. */
export function createQueryReader(context: StreamContext, options: QueryReaderOptions): PlainReader {
  const { client, server } = context.legs();
  const exchanges = createQueryExchanges({
    recorder: context.recorder,
    sink: context.sink,
    client,
    server,
    protocol: options.protocol,
    host: context.host(),
    port: context.serverPort,
    began: context.began,
  });
  const seen = { client: 0, server: 0 };
  const from = { client: Infinity, server: Infinity };
  let next: PlainReader | null = null;
  let hasEnded = false;
  const observer = options.observe(exchanges.on, (_to, clientFrom, serverFrom) => {
    from.client = clientFrom;
    from.server = serverFrom;
    next = options.tls();
  });

  /** The part of a chunk that lies behind the hand-over. */
  function rest(sender: Sender, chunk: Buffer): Buffer {
    return chunk.subarray(Math.max(0, from[sender] - (seen[sender] - chunk.length)));
  }

  return {
    bytes: (sender, chunk, atUs) => {
      seen[sender] += chunk.length;
      if (next === null) observer.bytes(sender, chunk, atUs);
      if (next === null) return;
      const behind = rest(sender, chunk);
      if (behind.length > 0) next.bytes(sender, behind, atUs);
    },
    gap: (sender, bytes, atUs) => {
      seen[sender] += bytes;
      if (next === null) observer.gap(sender, bytes, atUs);
      else next.gap(sender, bytes, atUs);
    },
    end: (sender, how, atUs) => {
      hasEnded = true;
      if (next === null) observer.end(sender, how, atUs);
      else next.end(sender, how, atUs);
    },
    close: () => {
      next?.close();
      exchanges.close(hasEnded);
    },
  };
}
