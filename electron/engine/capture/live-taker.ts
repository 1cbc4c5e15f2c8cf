import { createCaptureReader } from '../../../core/packets/files/capture-read.ts';
import type { CaptureEvents } from '../../../core/packets/capture-events.ts';
import { nodePlatform } from '../proxy/platform.ts';
import { createIntake } from '../packets/intake.ts';
import type { PacketTaker, TakerContext } from './packet-taker.ts';

/**
 * What came is read so much later: by then the engine has told which connections are its own, and the keys of their TLS. The clock of the kernel
 * stamps packets, so that no time is changed by it.
 */
const lagMs = 150;
const lookEveryMs = 25;
/** Of chunks that wait; beyond, they are read at once. */
const waitingBytesMax = 32 * 1024 * 1024;

/** Stores the packets of one capture in a session, and what is read from them. */
export function createLiveTaker({ feed, name, filter }: TakerContext): PacketTaker {
  const intake = createIntake(feed, 'live');
  const waiting: { readonly chunk: Uint8Array; readonly dueAtMs: number }[] = [];
  let waitingBytes = 0;
  let packets = 0;
  let packetBytes = 0;
  let dropped = 0;
  let newestMs = 0;
  let finished: Promise<void> | null = null;

  const into = intake.source(() => undefined);
  const events: CaptureEvents = {
    ...into,
    interface: (info) =>
      into.interface({
        ...info,
        name: info.name === '' ? name : info.name,
        filter: info.filter === '' ? filter : info.filter,
      }),
    packet: (number, seconds, nanos, originalBytes, bytes, from, to, more) => {
      newestMs = seconds * 1000 + nanos / 1e6;
      if (intake.isFull()) {
        dropped += 1;
        return;
      }
      packets += 1;
      packetBytes += to - from;
      into.packet(number, seconds, nanos, originalBytes, bytes, from, to, more);
    },
  };
  const reader = createCaptureReader(events, nodePlatform);

  function look(isLast: boolean): void {
    const nowMs = performance.now();
    let taken = 0;
    for (const { chunk, dueAtMs } of waiting) {
      if (!isLast && dueAtMs > nowMs && waitingBytes < waitingBytesMax) break;
      reader.bytes(chunk);
      intake.advance();
      waitingBytes -= chunk.length;
      taken += 1;
    }
    if (taken > 0) waiting.splice(0, taken);
  }
  const timer = setInterval(() => look(false), lookEveryMs);

  return {
    bytes: (chunk) => {
      waiting.push({ chunk: Uint8Array.from(chunk), dueAtMs: performance.now() + lagMs });
      waitingBytes += chunk.length;
      if (waitingBytes >= waitingBytesMax) look(false);
    },
    end: () => {
      clearInterval(timer);
      look(true);
      reader.end();
      finished ??= intake.finish();
    },
    finished: () => finished ?? Promise.resolve(),
    secrets: intake.keys.add,
    own: intake.recorder.noteOwn,
    packets: () => packets,
    packetBytes: () => packetBytes,
    dropped: () => dropped,
    newestMs: () => newestMs,
  };
}
