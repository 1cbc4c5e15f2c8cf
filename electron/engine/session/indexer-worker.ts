import { parentPort, workerData } from 'node:worker_threads';
import { createBodyReader } from './body-pages.ts';
import { createIndexBuilder, type IndexBuilder } from './body-index/index-builder.ts';
import type {
  FromIndexer,
  FromStore,
  IndexerStart,
  IndexProgress,
  StoredPart,
  ToIndexer,
} from './body-index/indexer-messages.ts';
import { createPace, type Pace } from './body-index/pace.ts';
import { createExchangeReader } from './exchange-detail.ts';
import { createLongExchanges } from './messages/long-exchange.ts';
import { createRawBodies } from './raw-body.ts';
import { createRawHeads } from './raw-heads.ts';
import { createExchangeRowReader } from './row.ts';
import { openForReading } from './session-file.ts';
import { createSlabs } from './slabs.ts';
import type { Sqlite } from './sqlite.ts';
import { stepBack } from './step-back.ts';

/** Being behind for less is not told. */
const tellMs = 500;
/** While exchanges come in, they are waited for this long, so that several are taken together. */
const gatherMs = 250;

function tell(progress: IndexProgress | null): void {
  const message: FromIndexer = { kind: 'progress', progress };
  parentPort?.postMessage(message);
}

function createBuilder(db: Sqlite, { writer }: IndexerStart, pace: Pace): IndexBuilder {
  const slabs = createSlabs(db);
  const exchanges = createExchangeReader(db, createExchangeRowReader(false), createRawHeads(db, slabs));
  const bodies = createRawBodies(db, slabs);
  let settle: (ok: boolean) => void = () => undefined;
  writer.on('message', (message: FromStore) => {
    if (message.kind === 'wrote') pace.noteWritten();
    else settle(message.ok);
  });
  writer.on('close', () => settle(false));
  return createIndexBuilder({
    db,
    readBody: createBodyReader(exchanges, bodies, createLongExchanges(db, exchanges, bodies, false), false),
    store: (part: StoredPart) =>
      new Promise((resolve) => {
        settle = resolve;
        writer.postMessage(part, buffersOf(part));
      }),
    breathe: pace.breathe,
  });
}

function buffersOf(part: StoredPart): ArrayBuffer[] {
  const bytes = part.kind === 'pieces' ? part.pieces : [part.owners];
  return bytes.map(({ buffer }) => buffer as ArrayBuffer);
}

/** Until stopped, or until something cannot be stored. */
async function work(builder: IndexBuilder, pace: Pace, noteBegin: () => void): Promise<void> {
  for (;;) {
    noteBegin();
    if (!(await builder.catchUp())) return;
    tell(null);
    while (!(await pace.written(pace.msUntilQuiet()))) {
      if (pace.isStopped()) return;
      if (pace.msUntilQuiet() > 0) continue;
      if (!(await builder.flush())) return;
      await pace.written(null);
      break;
    }
    await pace.written(gatherMs);
  }
}

async function run(start: IndexerStart): Promise<void> {
  // At the lowest priority it came to nothing on a machine that others kept busy: 5 % of a processor.
  stepBack(10);
  const opened = openForReading(start.path, true);
  const pace = createPace(start.quietMs, () => {
    if (builder === null || performance.now() - toldAt < tellMs) return;
    toldAt = performance.now();
    tell(builder.progress());
  });
  let builder: IndexBuilder | null = null;
  let toldAt = performance.now();
  parentPort?.on('message', (_message: ToIndexer) => pace.stop());
  if (opened.ok) {
    const { db } = opened.value;
    try {
      builder = createBuilder(db, start, pace);
      await work(builder, pace, () => (toldAt = performance.now()));
    } catch {
      // A damaged page: bodies are searched without the rest of the index.
    }
    builder = null;
    db.close();
  }
  tell(null);
  start.writer.close();
  parentPort?.close();
}

void run(workerData as IndexerStart);
