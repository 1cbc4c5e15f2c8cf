import type { MessagePort } from 'node:worker_threads';
import type { CaptureCounts } from '../../../core/packets/capture-events.ts';
import type { CaptureProgress, FromCapture, ToCapture } from './capture-messages.ts';
import { openCaptureSource } from './capture-source.ts';
import type { CaptureStream } from './capture-stream.ts';
import type { MakeTaker, PacketTaker } from './packet-taker.ts';
import { noCounts } from './tcpdump-words.ts';

/** A quarter of a second, the most often that windows are told. */
const tellEveryMs = 250;

type Start = Extract<ToCapture, { kind: 'start' }>;

/** One capture in this thread: its packets never touch the event loop of the engine. The thread ends with it. */
export function runCapture(port: MessagePort, makeTaker: MakeTaker): void {
  const giveUp = new AbortController();
  let running: { readonly stream: CaptureStream; readonly taker: PacketTaker } | null = null;
  const tell = (message: FromCapture): void => port.postMessage(message);

  const start = async ({ tools, options, context }: Start): Promise<void> => {
    const taker = makeTaker(context);
    const opened = await openCaptureSource(tools, options, taker.bytes, giveUp.signal);
    if (opened.ok) {
      const stream = opened.value;
      running = { stream, taker };
      tell({ kind: 'started' });
      const telling = setInterval(
        () => tell({ kind: 'progress', progress: progressOf(taker, stream.counts()) }),
        tellEveryMs,
      );
      const { reason, failure, counts } = await stream.ended;
      clearInterval(telling);
      taker.end();
      await taker.finished();
      tell({ kind: 'ended', outcome: { reason, failure, progress: progressOf(taker, counts) } });
    } else {
      taker.end();
      await taker.finished();
      const failure = giveUp.signal.aborted ? null : opened.error;
      const reason = failure === null ? 'stopped' : 'failed';
      tell({ kind: 'ended', outcome: { reason, failure, progress: progressOf(taker, noCounts) } });
    }
    port.close();
  };

  port.on('message', (message: ToCapture) => {
    switch (message.kind) {
      case 'start':
        void start(message);
        return;
      case 'secrets':
        running?.taker.secrets(message.keyLog);
        return;
      case 'own':
        running?.taker.own(message.keys);
        return;
      case 'stop': {
        const askedAtMs = Date.now();
        if (running === null) giveUp.abort();
        else running.stream.stop(() => (running?.taker.newestMs() ?? 0) > askedAtMs);
        return;
      }
      case 'end':
        if (running === null) giveUp.abort();
        else running.stream.end();
        return;
      default:
        message satisfies never;
    }
  });
}

function progressOf(taker: PacketTaker, counts: CaptureCounts): CaptureProgress {
  return {
    packets: taker.packets(),
    bytes: taker.packetBytes(),
    droppedByKernel: counts.droppedByKernel,
    droppedByInterface: counts.droppedByInterface,
    droppedByUs: taker.dropped(),
  };
}
