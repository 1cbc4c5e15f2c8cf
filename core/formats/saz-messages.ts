import type { Pieces } from '../encoding/byte-source.ts';
import type { BodySide } from '../model/exchange-record.ts';
import type { MessageRecord } from '../model/message-record.ts';
import type { Platform } from '../model/platform.ts';
import type { WebSocketExtensions } from '../model/websocket-extensions.ts';
import { createWebSocketObserver } from '../observers/websocket.ts';
import type { FormatBody, FormatMessages, NamedEntry } from './format.ts';
import { readRecords, type RecordParts } from './saz-records.ts';

/** Frames of an archive: as the bodies of both sides, and where each stands in them. */
export interface SazMessages {
  readonly messages: FormatMessages;
  readonly body: (side: BodySide) => FormatBody;
}

/** The frames in `N_w.txt`. The file is read anew for each side, so that nothing has to be kept. Null: it holds none. */
export async function readSazMessages(
  entry: NamedEntry,
  extensions: WebSocketExtensions,
  platform: Platform,
): Promise<SazMessages | null> {
  const parts = (): RecordParts => readRecords(entry.read(), platform);
  const first = parts();
  const isEmpty = (await first.next()).done === true;
  await first.return(null);
  if (isEmpty) return null;

  async function* wire(wanted: BodySide): Pieces {
    const all = parts();
    try {
      for (;;) {
        const step = await all.next();
        if (step.done === true) return step.value;
        if (step.value.side === wanted) yield step.value.bytes;
      }
    } finally {
      await all.return(null);
    }
  }

  return {
    body: (side) => ({ wire: () => wire(side), content: () => wire(side) }),
    messages: async function* () {
      const told: MessageRecord[] = [];
      const observer = createWebSocketObserver(extensions, (record) => void told.push(record));
      for await (const { side, atUs, bytes } of parts()) {
        observer.bytes(side === 'request' ? 'client' : 'server', bytes, atUs);
        for (const record of told.splice(0)) yield { record, data: null };
      }
      observer.end('client', 'fin', 0);
      observer.end('server', 'fin', 0);
      for (const record of told) yield { record, data: null };
    },
  };
}
