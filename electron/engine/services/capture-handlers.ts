import type { Handlers } from '../../../core/contract/dispatch.ts';
import { succeed } from '../../../core/model/result.ts';
import { checkFilter } from '../capture/check-filter.ts';
import type { CaptureSetup } from '../capture/capture-setup.ts';
import type { Captures } from '../capture/captures.ts';

/** Translates between windows and the captures of this engine. */
export function createCaptureHandlers(captures: Captures, setup: CaptureSetup): Handlers<unknown>['capture'] {
  return {
    ability: async () => succeed(await setup.ability()),
    install: () => setup.install(),
    uninstall: () => setup.uninstall(),
    checkFilter: async ({ filter }) => succeed({ problem: await checkFilter(filter) }),
    start: async (options) => {
      const started = await captures.start(options);
      return started.ok ? succeed({ captureId: started.value.captureId }) : started;
    },
    stop: async ({ captureId }) => {
      const stopped = await captures.stop(captureId);
      return stopped.ok ? succeed({}) : stopped;
    },
    list: () => Promise.resolve(succeed({ captures: captures.list() })),
  };
}
