import { nowUs } from './clock.ts';

/** Says how late the event loop was while there was something to do. */
export interface LoopDelay {
  /** Something begins for which it counts. */
  readonly wake: () => void;
  /** The longest lateness of a turn that ended after `sinceUs`, µs. */
  readonly longestSince: (sinceUs: number) => number;
  readonly stop: () => void;
}

/** How often the loop is looked at: what is shorter than this may be missed. */
const everyMs = 10;
/** Lateness below this is the timer's own. */
const leastUs = 1000;
/** Late turns remembered, the newest; one that lasts as long as an exchange is among them. */
const rememberedMax = 512;

/** Notes when a timer comes late: then something held the loop, or the machine had no processor for it. */
export function watchLoopDelay(isBusy: () => boolean): LoopDelay {
  const lateness = new Float64Array(rememberedMax);
  const endedAtUs = new Float64Array(rememberedMax);
  let count = 0;
  let dueUs = 0;
  let timer: NodeJS.Timeout | null = null;
  const look = (): void => {
    const atUs = nowUs();
    const lateUs = atUs - dueUs;
    dueUs = atUs + everyMs * 1000;
    if (lateUs >= leastUs) {
      lateness[count % rememberedMax] = lateUs;
      endedAtUs[count % rememberedMax] = atUs;
      count++;
    }
    if (!isBusy()) stop();
  };
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  return {
    wake: () => {
      if (timer !== null) return;
      dueUs = nowUs() + everyMs * 1000;
      timer = setInterval(look, everyMs);
      timer.unref();
    },
    longestSince: (sinceUs) => {
      let longestUs = 0;
      for (let back = 1; back <= rememberedMax && back <= count; back++) {
        const index = (count - back) % rememberedMax;
        if ((endedAtUs[index] ?? 0) < sinceUs) break;
        longestUs = Math.max(longestUs, lateness[index] ?? 0);
      }
      return longestUs;
    },
    stop,
  };
}
