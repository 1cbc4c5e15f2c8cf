import type { CaptureCounts } from '../../../core/packets/capture-events.ts';
import type { Failure } from '../../../core/model/result.ts';

/** Why packets come no more. */
export interface CaptureEnd {
  /** `limit`: of bytes or seconds. `ended`: the source is over without anything being wrong, such as a machine that shut down. */
  readonly reason: 'stopped' | 'limit' | 'ended' | 'failed';
  /** With `failed` only: `no-such-interface`, `no-permission`, `bad-filter`, `no-tcpdump`, `cannot-capture`. */
  readonly failure: Failure | null;
  readonly counts: CaptureCounts;
}

/** Packets as they are captured, from whichever source. Their bytes go where `openCaptureSource` was told. */
export interface CaptureStream {
  /** Holds the source up; it then keeps some megabytes, and counts what it drops. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Resolves after the last byte, with the source's last words. Never rejects. */
  readonly ended: Promise<CaptureEnd>;
  /** As far as the source has told; it is asked once a second. */
  readonly counts: () => CaptureCounts;
  /**
   * Ends the source once what it captured before this call has come: the kernel hands packets on in blocks, at most a second late.
   * `isDrained` says that a packet younger than the call has come.
   */
  readonly stop: (isDrained: () => boolean) => void;
  /** Ends the source at once. */
  readonly end: () => void;
}
