import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { succeed, type Result } from '../../../core/model/result.ts';
import { runsOf } from './lists/marks.ts';
import { createSessionCounters } from './session-counters.ts';
import type { Session, SessionFeed } from './session-api.ts';
import { startWriter, type StartedWriter } from './session-threads.ts';
import type { WrittenKind } from './writer-messages.ts';

type DraftKind = Exclude<WrittenKind, 'session'>;

/** A session that is filled and then closed: nothing is asked of it, and nobody misses its file unless it is completed. */
export type SessionDraft = Pick<Session, 'sink' | 'flush' | 'markIds' | 'onProblem' | 'close'>;

/** The same for a thread that fills it through a feed. */
export interface FedDraft {
  /** May be used at once: what it is given waits for the file to be made. It closes when that fails. */
  readonly feed: SessionFeed;
  readonly opened: Promise<Result<Pick<Session, 'close'>>>;
}

/** Makes the file, which need not survive a loss of power before it is closed. Failures: those of `openSession`. */
export async function openDraft(
  path: string,
  writerUrl: URL,
  programVersion: string,
): Promise<Result<SessionDraft>> {
  const writer = await startDraftWriter(path, writerUrl, programVersion, 'draft', null);
  if (!writer.ok) return writer;
  const { client } = writer.value;
  return succeed({
    sink: client.sink,
    flush: client.flush,
    markIds: (ids, change) => client.annotate({ act: 'mark', runs: runsOf(ids), change }),
    onProblem: client.onProblem,
    close: client.close,
  });
}

/** Has the file made, and gives what fills it before that is done. */
export function beginFedDraft(
  path: string,
  writerUrl: URL,
  programVersion: string,
  kind: DraftKind,
): FedDraft {
  const { port1, port2 } = new MessageChannel();
  const writer = startDraftWriter(path, writerUrl, programVersion, kind, port1);
  return {
    // A new file: everything is numbered from 1.
    feed: { port: port2, counters: createSessionCounters({}).shared },
    opened: writer.then((started) => (started.ok ? succeed({ close: started.value.client.close }) : started)),
  };
}

function startDraftWriter(
  path: string,
  writerUrl: URL,
  programVersion: string,
  kind: DraftKind,
  feed: MessagePort | null,
): Promise<Result<StartedWriter>> {
  const [changes, index] = [new MessageChannel(), new MessageChannel()];
  changes.port2.close();
  index.port2.close();
  return startWriter(
    writerUrl,
    {
      ...{ path, mode: 'create', kind },
      ...{ changes: changes.port1, indexer: index.port1, feed },
    },
    { programVersion },
  );
}
