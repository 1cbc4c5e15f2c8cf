import type { Handlers } from '../../../core/contract/dispatch.ts';
import { succeed } from '../../../core/model/result.ts';
import type { Engine } from '../engine.ts';
import type { WindowViews } from './window-views.ts';

/** Whoever asks without a window adds phones for as long as the engine runs. */
const nobody = {};

/** Translates between windows and the devices of this engine. */
export function createDeviceHandlers(engine: Engine): Handlers<WindowViews | null>['devices'] {
  const { devices } = engine;
  return {
    state: () => Promise.resolve(succeed(devices.state())),
    beginPairing: async ({ another }, views) => {
      if (!engine.recording().recording) {
        const started = await engine.startRecording();
        if (!started.ok) return started;
      }
      return devices.beginPairing(views ?? nobody, another === true);
    },
    endPairing: async (_params, views) => succeed(await devices.endPairing(views ?? nobody)),
    chooseNetwork: ({ address }) => devices.chooseNetwork(address),
    allow: ({ address }) => devices.allow(address),
    rename: ({ id, name }) => Promise.resolve(devices.rename(id, name)),
    remove: ({ id }) => devices.remove(id),
    forget: ({ id }) => Promise.resolve(devices.forget(id)),
  };
}
