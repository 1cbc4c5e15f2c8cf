import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { Engine } from '../engine.ts';

/** Translates between windows and the devices that adb reaches. */
export function createAdbHandlers(engine: Engine): Handlers<unknown>['adb'] {
  const { adb } = engine;
  return {
    list: () => adb.list(),
    useProxy: async ({ serial }) => {
      if (!engine.recording().recording) {
        const started = await engine.startRecording();
        if (!started.ok) return started;
      }
      return adb.useProxy(serial);
    },
    stopProxy: ({ serial }) => adb.stopProxy(serial),
    installCertificate: ({ serial }) => adb.installCertificate(serial),
    removeCertificate: ({ serial }) => adb.removeCertificate(serial),
    openPortal: ({ serial }) => adb.openPortal(serial),
  };
}
