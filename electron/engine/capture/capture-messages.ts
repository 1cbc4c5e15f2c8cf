import type { CaptureOptions } from '../../../core/contract/capture.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { CaptureTools } from './capture-source.ts';
import type { CaptureEnd } from './capture-stream.ts';
import type { TakerContext } from './packet-taker.ts';

/** How far a capture is. Null: nobody has told yet. */
export interface CaptureProgress {
  readonly packets: number;
  readonly bytes: number;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
  readonly droppedByUs: number;
}

/** Engine to capture thread. `stop` has what was captured before come in, `end` does not wait. */
export type ToCapture =
  | {
      readonly kind: 'start';
      readonly tools: CaptureTools;
      readonly options: CaptureOptions;
      readonly context: TakerContext;
    }
  /** What the proxy of the engine knows of connections that are captured as well. */
  | { readonly kind: 'secrets'; readonly keyLog: string }
  | { readonly kind: 'own'; readonly keys: readonly string[] }
  | { readonly kind: 'stop' }
  | { readonly kind: 'end' };

/** What became of a capture. */
export interface CaptureOutcome {
  readonly reason: CaptureEnd['reason'];
  readonly failure: Failure | null;
  readonly progress: CaptureProgress;
}

/** Capture thread to engine: `started` unless it could not, any number of `progress`, and one `ended`. */
export type FromCapture =
  | { readonly kind: 'started' }
  | { readonly kind: 'progress'; readonly progress: CaptureProgress }
  | { readonly kind: 'ended'; readonly outcome: CaptureOutcome };
