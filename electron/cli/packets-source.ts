import type { CaptureOptions, CaptureSource, CaptureState } from '../../core/contract/capture.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { Engine } from '../engine/engine.ts';

/** A capture that this command started. */
export interface PacketRun {
  /** For the line that says "ready". */
  readonly ready: { readonly captureId: number; readonly source: CaptureSource; readonly filter: string };
  /** Resolves when it ends by itself. */
  readonly ended: Promise<CaptureState>;
  /** Waits for what was captured before; gives what became of it. */
  readonly stop: () => Promise<CaptureState>;
}

/** Failures: those of `Captures.start`. */
export async function startPackets(
  { captures }: Engine,
  options: CaptureOptions,
): Promise<Result<PacketRun>> {
  const started = await captures.start(options);
  if (!started.ok) return started;
  const { captureId, source, filter } = started.value;
  const ended = new Promise<CaptureState>((resolve) => {
    const look = (state: CaptureState): void => {
      if (state.captureId === captureId && (state.state === 'ended' || state.state === 'failed'))
        resolve(state);
    };
    captures.events.on('changed', look);
    for (const state of captures.list()) look(state);
  });
  return succeed({
    ready: { captureId, source, filter },
    ended,
    stop: async () => {
      await captures.stop(captureId);
      return ended;
    },
  });
}

/** What the line that says "stopped" has of a capture. Null where nobody has told. */
export function packetCounts({
  packets,
  bytes,
  droppedByKernel,
  droppedByInterface,
  droppedByUs,
}: CaptureState): Pick<
  CaptureState,
  'packets' | 'bytes' | 'droppedByKernel' | 'droppedByInterface' | 'droppedByUs'
> {
  return { packets, bytes, droppedByKernel, droppedByInterface, droppedByUs };
}

/** Where packets come from, as it is typed. */
export interface SourceOptions {
  readonly interface?: string;
  readonly ssh?: string;
  readonly pid?: number;
  readonly container?: string;
}

/** Without an interface: all of them. Failure: `bad-source`. */
export function readSource({
  interface: name = 'any',
  ssh,
  pid,
  container,
}: SourceOptions): Result<CaptureSource> {
  const sources: CaptureSource[] = [
    ...(ssh === undefined ? [] : [{ kind: 'ssh', host: ssh, name } as const]),
    ...(pid === undefined ? [] : [{ kind: 'process', pid, name } as const]),
    ...(container === undefined ? [] : [{ kind: 'container', container, name } as const]),
  ];
  if (sources.length > 1) {
    return fail('bad-source', 'Give one of --ssh, --pid and --container: packets come from one place.');
  }
  return succeed(sources[0] ?? { kind: 'interface', name });
}
