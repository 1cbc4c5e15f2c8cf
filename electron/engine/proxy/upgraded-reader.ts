import { noExtensions, readWebSocketExtensions } from '../../../core/model/websocket-extensions.ts';
import { closedWithoutFrame } from '../../../core/model/websocket-close.ts';
import {
  closingCode,
  createWebSocketObserver,
  type WebSocketObserver,
} from '../../../core/observers/websocket.ts';
import { nowUs } from './clock.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { createHttp2Reader } from './tap-http2.ts';
import { closeFailure, type Handed, type TapOptions, type TapReader } from './tap-reader.ts';

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
  const watch = to === 'websocket' ? watchWebSocket(draft, extensions) : null;
  let isOver = false;
  return {
    bytes: (sender, chunk, atUs) => {
      draft.appendBody(sender === 'client' ? 'request' : 'response', chunk, atUs);
      watch?.bytes(sender, chunk, atUs);
    },
    end: (sender, atUs) => {
      watch?.end(sender, 'fin', atUs);
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

/** Notes each frame of a WebSocket on its exchange, and in the end that nobody said good-bye. */
export function watchWebSocket(draft: ExchangeDraft, extensions: string | null): WebSocketObserver {
  const { fields } = draft;
  fields.longLived = 'websocket';
  const agreed = extensions === null ? noExtensions : readWebSocketExtensions(extensions);
  const observer = createWebSocketObserver(agreed, draft.putMessage);
  const ended = new Set<string>();
  return {
    ...observer,
    end: (sender, how, atUs) => {
      observer.end(sender, how, atUs);
      ended.add(sender);
      if (ended.size === 2 && closingCode(observer.closeState()) === closedWithoutFrame) {
        fields.note ??= 'The WebSocket ended without a close frame (1006).';
      }
    },
  };
}
