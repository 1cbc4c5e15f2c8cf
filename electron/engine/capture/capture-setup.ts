import { userInfo } from 'node:os';
import type { CaptureAbility } from '../../../core/contract/capture.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { HelperPlaces } from './helper.ts';
import { runSetup, type SetupCommand } from './run-setup.ts';
import { linuxAbility, linuxInstall, linuxUninstall, readLinuxSystem } from './setup-linux.ts';
import { macosAbility, macosInstall, macosUninstall } from './setup-macos.ts';
import { findDumpcap, windowsAbility } from './setup-windows.ts';

/** Whether packets can be captured on this machine, and what changes that. */
export interface CaptureSetup {
  /** Looks anew at each call. */
  readonly ability: () => Promise<CaptureAbility>;
  /** The system asks the person for a password. Failures: `not-allowed`, `cannot-install`. */
  readonly install: () => Promise<Result<CaptureAbility>>;
  readonly uninstall: () => Promise<Result<CaptureAbility>>;
}

interface Platform {
  readonly ability: () => Promise<CaptureAbility>;
  /** Null where nothing can do it for the person. */
  readonly install: () => SetupCommand | null;
  readonly uninstall: () => SetupCommand | null;
}

/** `hasTerminal`: the person sits at the terminal of this program, so a password can be asked for there. */
export function createCaptureSetup(places: HelperPlaces, hasTerminal: boolean): CaptureSetup {
  const { ability, install, uninstall } = platformOf(places, hasTerminal);
  const change = async (command: SetupCommand | null, steps: readonly string[]): Promise<Result<null>> =>
    command === null
      ? fail(
          'cannot-install',
          `Nothing here can ask for a password. Type this yourself: ${steps.join(' && ')}`,
        )
      : runSetup(command);

  return {
    ability,
    install: async () => {
      const { state, explanation, canInstall, steps } = await ability();
      if (!canInstall && (state !== 'not-installed' || steps.length === 0))
        return fail('cannot-install', explanation);
      const done = await change(canInstall ? install() : null, steps);
      if (!done.ok) return done;
      const now = await ability();
      return now.state === 'ready' ? succeed(now) : fail('cannot-install', notEffective);
    },
    uninstall: async () => {
      const { removeSteps } = await ability();
      if (removeSteps.length === 0)
        return fail('cannot-install', 'Nothing is installed that could be taken away.');
      const done = await change(uninstall(), removeSteps);
      return done.ok ? succeed(await ability()) : done;
    },
  };
}

const notEffective =
  'It is installed, but packets may still not be captured: log out and in again. On Linux, /usr/local must not be mounted with "nosuid".';

function platformOf(places: HelperPlaces, hasTerminal: boolean): Platform {
  switch (process.platform) {
    case 'darwin': {
      const user = (): string => userInfo().username;
      return {
        ability: () => Promise.resolve(macosAbility()),
        install: () => macosInstall(user()),
        uninstall: () => macosUninstall(user()),
      };
    }
    case 'win32':
      return {
        ability: () => windowsAbility(findDumpcap(process.env)),
        install: () => null,
        uninstall: () => null,
      };
    default: {
      const system = (): ReturnType<typeof readLinuxSystem> => readLinuxSystem(places, hasTerminal);
      return {
        ability: () => linuxAbility(places, system()),
        install: () => linuxInstall(system(), places),
        uninstall: () => linuxUninstall(system()),
      };
    }
  }
}
