import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { captureOptions, type CaptureSource, type CaptureState } from '../../core/contract/capture.ts';
import type { CaptureTools } from '../../electron/engine/capture/capture-source.ts';
import { createCaptures, type Captures } from '../../electron/engine/capture/captures.ts';
import { createPacketIntake } from '../../electron/engine/capture/packet-intake.ts';
import { openBlindFeed } from './blind-feed.ts';
import { builtHelper } from './capture-helper.ts';

export const worker = new URL('../../electron/engine/capture/capture-worker.ts', import.meta.url);

/** The helper that was built, which is all that root needs; nothing is installed. */
export const builtTools: CaptureTools = {
  helpers: { installed: fileURLToPath(new URL('not-installed', import.meta.url)), built: builtHelper },
  ssh: ['ssh'],
};

/** Captures that end with the test. */
export function openCaptures(tools: CaptureTools = builtTools): Captures {
  const captures = createCaptures(
    createPacketIntake(worker, tools),
    () => openBlindFeed(),
    () => Date.now() * 1000,
  );
  onTestFinished(() => captures.close());
  return captures;
}

export function wanted(
  source: CaptureSource,
  more: Readonly<Record<string, unknown>> = {},
): ReturnType<typeof captureOptions.parse> {
  return captureOptions.parse({ source, ...more });
}

export const loopback = { kind: 'interface', name: 'lo' } as const;

/** The id of a capture whose packets can come. */
export async function started(
  captures: Captures,
  source: CaptureSource,
  more?: Readonly<Record<string, unknown>>,
): Promise<number> {
  const result = await captures.start(wanted(source, more));
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value.captureId;
}

/** What became of it, after everything captured before has come. */
export async function stopped(captures: Captures, captureId: number): Promise<CaptureState> {
  const result = await captures.stop(captureId);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export function stateOf(captures: Captures, captureId: number): CaptureState | undefined {
  return captures.list().find((state) => state.captureId === captureId);
}
