import { closedWithoutFrame } from '../../../core/model/websocket-close.ts';
import { readWebSocketExtensions } from '../../../core/model/websocket-extensions.ts';
import { closingCode, createWebSocketObserver } from '../../../core/observers/websocket.ts';
import type { BodyObserver } from '../../../core/observers/observer.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import type { ExchangeDraft } from './exchange-draft.ts';

/** Notes each frame of a WebSocket on its exchange, and in the end that nobody closed it. */
export function watchWebSocket(draft: ExchangeDraft, extensions: string | null): void {
  const { fields } = draft;
  fields.longLived = 'websocket';
  const observer = createWebSocketObserver(readWebSocketExtensions(extensions), draft.putMessage);
  let ended = 0;
  const of = (sender: Sender): BodyObserver => ({
    bytes: (chunk, atUs) => observer.bytes(sender, chunk, atUs),
    end: (atUs) => {
      observer.end(sender, 'fin', atUs);
      ended++;
      if (ended === 2 && closingCode(observer.closeState()) === closedWithoutFrame)
        fields.note ??= 'The WebSocket ended without a close frame (1006).';
    },
  });
  draft.bodies.observe(of('client'), of('server'));
}
