import type { Handlers } from '../../core/contract/dispatch.ts';
import type { TransferView } from '../../core/contract/transfers.ts';
import { fail, succeed } from '../../core/model/result.ts';

/**
 * Transfers without files: one of a path with `large` in it runs until it is stopped, any other is over at once. A path
 * with `missing`, `protected`, `exists` or `broken` in it fails, one with `partly` leaves entries out.
 */
export function createFakeTransfers(
  tell: (service: string, event: string, payload: unknown) => void,
  atFirst: readonly TransferView[],
): Handlers<unknown>['transfers'] {
  let lastId = atFirst.length;
  let running: TransferView[] = [...atFirst];
  const start = (kind: 'export' | 'import', path: string) => {
    if (path.includes('missing'))
      return Promise.resolve(fail('file-missing', `There is no file at ${path}.`));
    if (path.includes('protected'))
      return Promise.resolve(
        fail('password-needed', 'This archive is protected. Give its password to import it.'),
      );
    if (path.includes('exists'))
      return Promise.resolve(fail('file-exists', `There is a file at ${path} already.`));
    const transferId = ++lastId;
    const progress = {
      ...{ doneExchanges: 1200, totalExchanges: 4000 },
      ...{ doneBytes: 30_000_000, totalBytes: 100_000_000 },
    };
    const summary = path.includes('partly')
      ? { path: path.replace(/[.]\w+$/, '.plumb'), exchanges: 397, ...partly }
      : { path, exchanges: 400, skipped: 0, skips: [], warnings: [], cut: false };
    const isLarge = path.includes('large');
    if (isLarge)
      running = [
        ...running,
        { transferId, kind, path, state: 'running', progress, summary: null, problem: null },
      ];
    // The answer comes first.
    setTimeout(() => {
      tell('transfers', 'progress', { transferId, progress });
      if (path.includes('broken'))
        tell('transfers', 'failed', {
          transferId,
          code: 'not-json',
          message: `“${path.replace(/^.*\//, '')}” is not JSON from its byte 30000012 on. Export it again where it came from.`,
        });
      else if (!isLarge) tell('transfers', 'finished', { transferId, summary });
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

const partly = {
  skipped: 3,
  skips: [
    { index: 17, reason: 'The request has no URL.' },
    { index: 204, reason: 'The start time “yesterday” is not a date.' },
    { index: 391, reason: 'The response body is not valid base64.' },
  ],
  warnings: ['The file does not say when connections were made, so phases before sending are unknown.'],
  cut: true,
};

/** An import and an export that run, without getting any further. */
export const runningTransfers: readonly TransferView[] = [
  {
    ...{ transferId: 1, kind: 'import', path: '/home/ada/Downloads/checkout from the shop.har' },
    ...{ state: 'running', summary: null, problem: null },
    progress: {
      ...{ doneExchanges: 12_400, totalExchanges: null },
      ...{ doneBytes: 412_000_000, totalBytes: 1_280_000_000 },
    },
  },
  {
    ...{ transferId: 2, kind: 'export', path: '/home/ada/exports/checkout-slow.saz' },
    ...{ state: 'running', summary: null, problem: null },
    progress: { doneExchanges: 2100, totalExchanges: 3000, doneBytes: 88_000_000, totalBytes: null },
  },
];
