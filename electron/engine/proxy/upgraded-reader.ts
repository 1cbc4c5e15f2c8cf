import type { UpgradeSettings } from '../../../core/observers/http2.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { createHttp2Reader } from './tap-http2.ts';
import { closeFailure, type Handed, type ReaderOptions, type TapReader } from './tap-reader.ts';
import { watchWebSocket } from './watch-websocket.ts';

/** What both sides go on in behind a 101. */
export interface Upgrade {
  /** The protocol's name: the first Upgrade token of the answer. */
  readonly to: string;
  /** `Sec-WebSocket-Extensions` of the answer. */
  readonly webSocketExtensions: string | null;
  /** What the request says of its client's HTTP/2. */
  readonly http2Settings: UpgradeSettings | null;
}

/**
 * What follows a 101: its bytes are the bodies of the exchange that asked for it; of HTTP/2 that exchange is the first
 * stream.
 */
export function createUpgradedReader(
  { to, webSocketExtensions, http2Settings }: Upgrade,
  draft: ExchangeDraft,
  options: ReaderOptions,
  serverPump: Handed,
): TapReader {
  if (to === 'h2c') {
    draft.addNote(http2Settings?.problem ?? null);
    return createHttp2Reader(options, serverPump, { draft, settings: http2Settings?.settings ?? null });
  }
  if (to === 'tunnel' && options.tunnel !== undefined) return options.tunnel(draft);
  if (to === 'websocket') watchWebSocket(draft, webSocketExtensions);
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
      else draft.finish(options.recorder.nowUs());
    },
  };
}
