import type { Handlers } from '../../core/contract/dispatch.ts';
import type { TransferView } from '../../core/contract/transfers.ts';
import { fail, succeed } from '../../core/model/result.ts';

/** Transfers without files: one of a path with `large` in it runs until it is stopped, any other is over at once. */
export function createFakeTransfers(
  tell: (service: string, event: string, payload: unknown) => void,
): Handlers<null>['transfers'] {
  let lastId = 0;
  let running: TransferView[] = [];
  const start = (kind: 'export' | 'import', path: string) => {
    if (path.includes('missing'))
      return Promise.resolve(fail('file-missing', `There is no file at ${path}.`));
    const transferId = ++lastId;
    const progress = {
      ...{ doneExchanges: 1200, totalExchanges: 4000 },
      ...{ doneBytes: 30_000_000, totalBytes: 100_000_000 },
    };
    const summary = { path, exchanges: 400, skipped: 0, skips: [], warnings: [], cut: false };
    const isLarge = path.includes('large');
    if (isLarge)
      running = [
        ...running,
        { transferId, kind, path, state: 'running', progress, summary: null, problem: null },
      ];
    // The answer comes first.
    setTimeout(() => {
      tell('transfers', 'progress', { transferId, progress });
      if (!isLarge) tell('transfers', 'finished', { transferId, summary });
    });
    return Promise.resolve(succeed({ transferId }));
  };
  return {
    startExport: ({ path }) => start('export', path),
    startImport: ({ path }) => start('import', path),
    list: () => Promise.resolve(succeed({ transfers: running })),
    cancel: ({ transferId }) => {
      running = running.filter((each) => each.transferId !== transferId);
      tell('transfers', 'failed', { transferId, code: 'cancelled', message: 'It was stopped.' });
      return Promise.resolve(succeed({}));
    },
    upload: () => Promise.resolve(succeed({ uploadId: 1, file: null })),
    discardUpload: () => Promise.resolve(succeed({})),
  };
}
