import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { TransferSelection } from '../../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { newSessionPath, type Engine } from '../engine.ts';
import type { Session } from '../session/session-api.ts';

const rowsAtOnce = 500;

/** Handlers of `transfers`: they say which exchanges, the transfer thread does the work. */
export function transferHandlers(engine: Engine): Handlers<unknown>['transfers'] {
  return {
    startExport: async ({ selection, format, path: file, redact, overwrite, password }) => {
      const session = engine.session();
      if (session === null) return fail('no-session', 'No session is open. Make a new one or open a file.');
      await session.flush();
      const ids = await idsOf(session, selection);
      if (!ids.ok) return ids;
      return engine.transfers.start({
        kind: 'export',
        sessionPath: session.path,
        live: true,
        ids: ids.value,
        totalExchanges: ids.value?.length ?? session.exchangeCount(),
        format,
        path: file,
        redact,
        overwrite,
        password: password ?? null,
      });
    },
    startImport: async ({ path: file, session, password }) => {
      const target = session ?? importedPath(engine.dataDir, file);
      if (session === undefined) await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      return engine.transfers.start({
        kind: 'import',
        path: file,
        sessionPath: target,
        password: password ?? null,
      });
    },
    list: () => Promise.resolve(succeed({ transfers: engine.transfers.list() })),
    cancel: ({ transferId }) => {
      engine.transfers.cancel(transferId);
      return Promise.resolve(succeed({}));
    },
  };
}

/** Null for all. A filter is asked as a view that is closed again. */
async function idsOf(session: Session, selection: TransferSelection): Promise<Result<Float64Array | null>> {
  switch (selection.kind) {
    case 'all':
      return succeed(null);
    case 'ids':
      return succeed(Float64Array.from(selection.ids));
    case 'filter': {
      const view = await session.openView(selection.filter);
      if (!view.ok) return view;
      const { viewId, count } = view.value;
      const ids = new Float64Array(count);
      let filled = 0;
      while (filled < count) {
        const page = await session.rows(viewId, filled, rowsAtOnce);
        if (!page.ok) return page;
        if (page.value.rows.length === 0) break;
        for (const { id } of page.value.rows) if (filled < count) ids[filled++] = id;
      }
      await session.closeView(viewId);
      return succeed(ids.subarray(0, filled));
    }
    default:
      return selection satisfies never;
  }
}

/** In the data folder, named by the time of day and the file. */
function importedPath(dataDir: string, file: string): string {
  const name = path
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .slice(0, 80);
  return newSessionPath(dataDir, new Date()).replace(/\.plumb$/, ` ${name}.plumb`);
}
