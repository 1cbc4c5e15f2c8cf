import type { Batch } from './batch.ts';
import type { BatchWriter } from './batch-writer.ts';
import { errorCodeOf, errorText, isFullDisk, isOurMistake } from './sqlite.ts';

export interface WriterQueueOptions {
  readonly write: BatchWriter;
  readonly retryMs: number;
  /** `ids` is null when the batch was dropped. */
  readonly onDone: (batch: Batch, ids: Float64Array | null) => void;
  /** A sentence while a batch cannot be written, null when it could. */
  readonly onProblem: (problem: string | null) => void;
}

/**
 * Writes batches in order. One that the disk refuses is held and tried again every `retryMs`, and those behind it
 * wait; the sink's pacing bounds how many there are. What fails by a mistake of ours is dropped.
 */
export interface WriterQueue {
  readonly push: (batch: Batch) => void;
  /** One last try for what is held; gives what is left unwritten. Nothing is written afterwards. */
  readonly end: () => readonly Batch[];
}

export function createWriterQueue({ write, retryMs, onDone, onProblem }: WriterQueueOptions): WriterQueue {
  const waiting: Batch[] = [];
  let timer: NodeJS.Timeout | null = null;
  let problem: string | null = null;

  function report(next: string | null): void {
    if (next === problem) return;
    problem = next;
    onProblem(next);
  }

  function drain(): void {
    for (let batch = waiting[0]; batch !== undefined; batch = waiting[0]) {
      try {
        const { ids, mistake } = write(batch);
        waiting.shift();
        report(mistake === null ? null : problemSentence(mistake));
        onDone(batch, ids);
      } catch (error) {
        if (isOurMistake(error)) {
          waiting.shift();
          report(problemSentence(error));
          onDone(batch, null);
          continue;
        }
        report(problemSentence(error));
        return;
      }
    }
  }

  function schedule(): void {
    if (waiting.length === 0 || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      drain();
      schedule();
    }, retryMs);
  }

  return {
    push: (batch) => {
      waiting.push(batch);
      if (timer === null) drain();
      schedule();
    },
    end: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      drain();
      return waiting.splice(0);
    },
  };
}

function problemSentence(error: unknown): string {
  const code = errorCodeOf(error);
  const meanwhile = 'Recording goes on when there is; until then bodies, and in the end exchanges, are lost.';
  if (isFullDisk(error)) return `The disk is full, so the session cannot grow. Make room. ${meanwhile}`;
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return 'The session file is damaged and takes nothing more. Start a new session to go on recording.';
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return 'Another program holds the session file locked, so nothing can be written to it. Close that program.';
  }
  if (isOurMistake(error)) return `Part of the recording could not be stored: ${errorText(error)}.`;
  return `The session file cannot be written (${code}: ${errorText(error)}). It is tried again every second.`;
}
