import { createClientFinder, type ClientFinder } from './client-finder.ts';

/** The finder while it is wanted: its thread costs nothing when nobody asks for names, or nothing listens. */
export interface ClientNaming {
  readonly finder: () => ClientFinder | null;
  readonly setWanted: (isWanted: boolean) => void;
  /** Resolves when its thread has ended. */
  readonly close: () => Promise<void>;
}

/** `url` is that of finder-worker; without one nobody is named. */
export function createClientNaming(url: URL | undefined): ClientNaming {
  let finder: ClientFinder | null = null;
  let closing: Promise<void> = Promise.resolve();
  function stop(): void {
    const before = finder;
    finder = null;
    if (before !== null) closing = Promise.all([closing, before.close()]).then(() => undefined);
  }
  return {
    finder: () => finder,
    setWanted: (isWanted) => {
      if (!isWanted) stop();
      else if (url !== undefined) finder ??= createClientFinder(url);
    },
    close: () => {
      stop();
      return closing;
    },
  };
}
