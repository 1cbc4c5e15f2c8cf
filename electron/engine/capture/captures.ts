import { EventEmitter } from 'node:events';
import type { CaptureOptions, CaptureState } from '../../../core/contract/capture.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { SessionFeed } from '../session/session-api.ts';
import type { CaptureOutcome, CaptureProgress } from './capture-messages.ts';
import type { CaptureRun, PacketIntake } from './packet-intake.ts';

/** The captures of this engine, running and ended. */
export interface Captures {
  /** Resolves when packets can come. Failures: those of the source, `too-many-captures`, `no-session`, `stopped`. */
  readonly start: (options: CaptureOptions) => Promise<Result<CaptureState>>;
  /** Resolves when its last packet is in. Failure: `no-such-capture`. */
  readonly stop: (captureId: number) => Promise<Result<CaptureState>>;
  /** Those that run, and the last ten that ended. */
  readonly list: () => CaptureState[];
  readonly events: EventEmitter<{ changed: [CaptureState] }>;
  readonly close: () => Promise<void>;
}

/** Packets of a session are numbered by one thread. */
const runningMax = 1;
const endedKept = 10;

interface Entry {
  state: CaptureState;
  readonly run: CaptureRun;
}

/** `openFeed` lets a capture put into the session that is recorded into; null for none. */
export function createCaptures(
  intake: PacketIntake,
  openFeed: () => SessionFeed | null,
  nowUs: () => number,
): Captures {
  const events = new EventEmitter<{ changed: [CaptureState] }>();
  const entries = new Map<number, Entry>();
  let lastId = 0;

  const change = (entry: Entry, changed: Partial<CaptureState>): CaptureState => {
    entry.state = { ...entry.state, ...changed };
    events.emit('changed', entry.state);
    return entry.state;
  };
  const forgetOldest = (): void => {
    const over = [...entries.values()].filter(({ state }) => !isLive(state));
    for (const { state } of over.slice(0, Math.max(0, over.length - endedKept)))
      entries.delete(state.captureId);
  };
  const settle = (entry: Entry, { reason, failure, progress }: CaptureOutcome): CaptureState => {
    const state = reason === 'failed' ? 'failed' : 'ended';
    const settled = change(entry, { ...progressOf(progress), state, problem: failure?.message ?? null });
    forgetOldest();
    return settled;
  };

  return {
    start: async (options) => {
      if ([...entries.values()].filter(({ state }) => isLive(state)).length >= runningMax) {
        return fail(
          'too-many-captures',
          'A capture runs already. Stop it first, or capture on the interface “any”, which has the packets of all of them.',
        );
      }
      const feed = openFeed();
      if (feed === null) return fail('no-session', 'No session is recorded into. Make a new one first.');
      const captureId = ++lastId;
      const { source, filter } = options;
      const run = intake.start(options, feed, (progress) => change(entry, progressOf(progress)));
      const entry: Entry = {
        run,
        state: {
          captureId,
          source,
          filter,
          state: 'starting',
          problem: null,
          startedAtUs: nowUs(),
          packets: 0,
          bytes: 0,
          droppedByKernel: null,
          droppedByInterface: null,
          droppedByUs: 0,
        },
      };
      entries.set(captureId, entry);
      events.emit('changed', entry.state);
      void run.ended.then((outcome) => settle(entry, outcome));
      const started = await run.started;
      if (!started.ok) return started;
      return succeed(isLive(entry.state) ? change(entry, { state: 'running' }) : entry.state);
    },
    stop: async (captureId) => {
      const entry = entries.get(captureId);
      if (entry === undefined) return fail('no-such-capture', 'There is no such capture any more.');
      if (isLive(entry.state)) await entry.run.stop();
      return succeed(entry.state);
    },
    list: () => [...entries.values()].map(({ state }) => state),
    events,
    close: () => intake.close(),
  };
}

function isLive({ state }: CaptureState): boolean {
  return state === 'starting' || state === 'running';
}

function progressOf(progress: CaptureProgress): CaptureProgress {
  const { packets, bytes, droppedByKernel, droppedByInterface, droppedByUs } = progress;
  return { packets, bytes, droppedByKernel, droppedByInterface, droppedByUs };
}
