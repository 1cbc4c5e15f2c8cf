import { nowUs } from './clock.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { createHttp2Reader } from './tap-http2.ts';
import { closeFailure, type Handed, type TapOptions, type TapReader } from './tap-reader.ts';
import { watchWebSocket } from './watch-websocket.ts';

/**
 * What follows a 101 or an extended CONNECT: `to` is the protocol's name. Its bytes are the bodies of the exchange that
 * asked for it; of HTTP/2 that exchange is the first stream.
 */
export function createUpgradedReader(
  to: string,
  draft: ExchangeDraft,
  extensions: string | null,
  options: TapOptions,
  serverPump: Handed,
): TapReader {
  if (to === 'h2c') return createHttp2Reader(options, serverPump, draft);
  if (to === 'websocket') watchWebSocket(draft, extensions);
  let isOver = false;
  return {
    bytes: (sender, chunk, atUs) => {
      draft.appendBody(sender === 'client' ? 'request' : 'response', chunk, atUs);
    },
    end: (sender, atUs) => {
      draft.bodies.end(sender === 'client' ? 'request' : 'response', atUs);
    },
    insideMessage: () => false,
    taken: () => undefined,
    stalled: (leg, us) => {
      if (leg === 'client') draft.fields.clientStallUs += us;
      else draft.fields.serverStallUs += us;
    },
    closed: (by) => {
      if (isOver) return;
      isOver = true;
      if (by !== 'fin') draft.fail(...closeFailure(by));
      else draft.finish(nowUs());
    },
  };
}
