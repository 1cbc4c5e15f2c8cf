import type { Handlers } from '../../core/contract/dispatch.ts';
import type { TransferView } from '../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';

const leftOut = {
  skipped: 2,
  skips: [
    { index: 3, reason: 'The entry has no address of http or https, but “data:text/plain,hello”.' },
    { index: 9, reason: 'The entry is not valid JSON.' },
  ],
  warnings: ['The phases of some entries do not add up to their total; the phases were kept.'],
};

/**
 * Transfers without files: one of a path with `large` in it runs until it is stopped, any other is over at once. Of one
 * with `partly` entries are left out; one with `locked` wants the password `secret`. A path with `missing`, `protected`,
 * `exists` or `broken` in it fails.
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
    const left = path.includes('partly') ? leftOut : { skipped: 0, skips: [], warnings: [] };
    const name = path.replace(/^.*\/|\.\w+$/g, '');
    const summary = {
      path: kind === 'export' ? path : `/home/ada/.local/share/plumbline/sessions/${name}.plumb`,
      ...{ exchanges: 400, cut: false, ...left },
    };
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
    startImport: ({ path, password }) => {
      if (!path.includes('locked') || password === 'secret') return start('import', path).then(shownLater);
      return Promise.resolve(
        password === undefined
          ? fail('password-needed', 'The archive is protected with a password.')
          : fail('wrong-password', 'The password does not fit this archive.'),
      );
    },
    list: () => Promise.resolve(succeed({ transfers: running })),
    cancel: ({ transferId }) => {
      running = running.filter((each) => each.transferId !== transferId);
      tell('transfers', 'failed', { transferId, code: 'cancelled', message: 'It was stopped.' });
      return Promise.resolve(succeed({}));
    },
    upload: ({ name, last }) => {
      const file = last ? ({ kind: 'file', path: `/tmp/uploads/${name}` } as const) : null;
      return Promise.resolve(succeed({ uploadId: 1, file }));
    },
    discardUpload: () => Promise.resolve(succeed({})),
  };
}

/** Only captures show what comes while they are read. */
function shownLater(started: Result<{ transferId: number }>): Result<{ transferId: number; showing: null }> {
  return started.ok ? succeed({ ...started.value, showing: null }) : started;
}

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
