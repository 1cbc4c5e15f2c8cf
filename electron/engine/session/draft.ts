import { MessageChannel } from 'node:worker_threads';
import { succeed, type Result } from '../../../core/model/result.ts';
import { runsOf } from './lists/marks.ts';
import type { Session } from './session-api.ts';
import { startWriter } from './session-threads.ts';

/** A session that is filled and then closed: nothing is asked of it, and nobody misses its file unless it is completed. */
export type SessionDraft = Pick<Session, 'sink' | 'flush' | 'markIds' | 'onProblem' | 'close'> & {
  readonly openFeed: () => NonNullable<ReturnType<Session['openFeed']>>;
};

/** Makes the file, which need not survive a loss of power before it is closed. Failures: those of `openSession`. */
export async function openDraft(
  path: string,
  writerUrl: URL,
  programVersion: string,
): Promise<Result<SessionDraft>> {
  const [changes, index] = [new MessageChannel(), new MessageChannel()];
  changes.port2.close();
  index.port2.close();
  const writer = await startWriter(
    writerUrl,
    { path, mode: 'create', isDraft: true, changes: changes.port1, indexer: index.port1 },
    { programVersion },
  );
  if (!writer.ok) return writer;
  const { client } = writer.value;
  return succeed({
    sink: client.sink,
    flush: client.flush,
    markIds: (ids, change) => client.annotate({ act: 'mark', runs: runsOf(ids), change }),
    onProblem: client.onProblem,
    openFeed: client.openFeed,
    close: client.close,
  });
}
