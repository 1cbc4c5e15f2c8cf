import { MessageChannel } from 'node:worker_threads';
import { batchBuffers, type Batch } from '../../electron/engine/session/batch.ts';
import type { SessionFeed } from '../../electron/engine/session/session-api.ts';
import { createSessionCounters } from '../../electron/engine/session/session-counters.ts';

/** Takes everything, and keeps nothing; `look` sees it first. */
export function openBlindFeed(look: (batch: Batch) => void = () => undefined): SessionFeed {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (batch: Batch) => {
    look(batch);
    const buffers = batchBuffers(batch);
    port1.postMessage({ kind: 'written', number: batch.number, buffers }, buffers);
  });
  return { port: port2, counters: createSessionCounters({}).shared };
}
