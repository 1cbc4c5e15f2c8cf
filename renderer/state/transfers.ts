import type { Client, ServiceClient } from '../../core/contract/client.ts';
import {
  uploadPartBytesMax,
  uploadsBytesMax,
  type TransferProgress,
  type TransferView,
  type UploadedFile,
} from '../../core/contract/transfers.ts';
import { fail, succeed, type Failed, type Result } from '../../core/model/result.ts';
import { nameOf } from '../format/export-formats.ts';
import { copyWords, exportWords, importWords } from '../format/transfer-words.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

/** One import, export or handing over of a file, of this window or another one. */
export interface TransferItem {
  readonly key: string;
  readonly kind: TransferView['kind'] | 'upload';
  /** The file that is read or written; of an upload its name. */
  readonly path: string;
  readonly state: TransferView['state'];
  readonly progress: TransferProgress;
}

export type ExportRequest = Parameters<ServiceClient<'transfers'>['startExport']>[0];

export type CopyRequest = Parameters<ServiceClient<'session'>['saveCopy']>[0];

/** What of a `File` is needed. */
export interface FileContent {
  readonly name: string;
  readonly size: number;
  readonly slice: (from: number, to: number) => { readonly arrayBuffer: () => Promise<ArrayBuffer> };
}

export interface Transfers {
  /** Those that run and the last ones that ended, oldest first. */
  readonly list: Store<readonly TransferItem[]>;
  /** Resolves when the file is being read: a failure before that is the caller's to say, a later one a notice. */
  readonly startImport: (path: string, password: string | null) => Promise<Result<null>>;
  /** Resolves when the file is being written, as above. */
  readonly startExport: (request: ExportRequest) => Promise<Result<null>>;
  /** Resolves when the copy of a session is being written, as above. */
  readonly startCopy: (request: CopyRequest) => Promise<Result<null>>;
  /** Hands a file over to the engine. Failures: those of `transfers.upload`, `cancelled`. */
  readonly upload: (file: FileContent) => Promise<Result<UploadedFile & { readonly discard: () => void }>>;
  readonly cancel: (key: string) => void;
}

const endedMax = 20;
const nothingDone: TransferProgress = {
  doneExchanges: 0,
  totalExchanges: null,
  doneBytes: 0,
  totalBytes: null,
};

interface Own {
  readonly underway: (outcome: Result<null>) => void;
  isUnderway: boolean;
  /** The window was shown the session that it fills. */
  readonly isShown: boolean;
}

export function createTransfers(
  connection: Connection,
  session: Pick<Session, 'open'>,
  notices: Notices,
): Transfers {
  const list = createStore<readonly TransferItem[]>([]);
  /** Those that this window started. */
  const own = new Map<number, Own>();
  const stopped = new Set<string>();
  let uploads = 0;

  const put = (item: TransferItem) => {
    const others = list.get().filter(({ key }) => key !== item.key);
    const ended = others.filter(({ state }) => state !== 'running').slice(-endedMax);
    list.set([...others.filter((each) => each.state === 'running' || ended.includes(each)), item]);
  };
  const patch = (key: string, change: Partial<TransferItem>) =>
    list.set(list.get().map((each) => (each.key === key ? { ...each, ...change } : each)));
  const itemOf = (transferId: number) => list.get().find(({ key }) => key === keyOf(transferId));

  const begun = (transferId: number, outcome: Result<null>): Own | undefined => {
    const mine = own.get(transferId);
    mine?.underway(outcome);
    return mine;
  };
  const loadList = async (client: Client) => {
    const result = await client.services.transfers.list({});
    if (!result.ok || connection.client() !== client) return;
    for (const view of result.value.transfers) {
      if (itemOf(view.transferId) === undefined && view.state === 'running') put(itemFrom(view));
    }
  };

  connection.onClient((client) => {
    // Numbers of an engine before this one mean nothing any more; what ran there ended with it.
    for (const { underway } of own.values()) underway(gone);
    own.clear();
    list.set(list.get().filter(({ state }) => state !== 'running'));
    void loadList(client);
    client.on('transfers', 'progress', ({ transferId, progress }) => {
      begun(transferId, succeed(null));
      if (itemOf(transferId) === undefined) void loadList(client);
      else patch(keyOf(transferId), { progress });
    });
    client.on('transfers', 'finished', ({ transferId, summary }) => {
      const item = itemOf(transferId);
      patch(keyOf(transferId), { state: 'finished' });
      const mine = begun(transferId, succeed(null));
      if (mine === undefined || item === undefined) return;
      own.delete(transferId);
      if (item.kind === 'export' || item.kind === 'copy') {
        const words = item.kind === 'export' ? exportWords(summary) : copyWords(summary);
        notices.tell({ ...words, tone: 'note', copy: { text: summary.path, what: 'path' } });
        return;
      }
      const isWhole = summary.skipped === 0 && summary.warnings.length === 0 && !summary.cut;
      notices.tell({
        ...importWords(summary, nameOf(item.path)),
        tone: isWhole ? 'note' : 'warning',
        copy: null,
      });
      if (!mine.isShown) void session.open(summary.path);
    });
    client.on('transfers', 'failed', ({ transferId, code, message }) => {
      patch(keyOf(transferId), { state: code === 'cancelled' ? 'cancelled' : 'failed' });
      const mine = own.get(transferId);
      if (mine === undefined) return;
      own.delete(transferId);
      if (mine.isUnderway && code !== 'cancelled') notices.say(message);
      mine.underway(fail(code, message));
    });
  });

  const start = async (
    kind: TransferView['kind'],
    path: string,
    ask: (client: Client) => Promise<Result<{ transferId: number; showing?: string | null }>>,
  ): Promise<Result<null>> => {
    const client = connection.client();
    if (client === null) return gone;
    const started = await ask(client);
    if (!started.ok) return started;
    const { transferId, showing = null } = started.value;
    if (showing !== null) void session.open(showing);
    put({ key: keyOf(transferId), kind, path, state: 'running', progress: nothingDone });
    return new Promise((resolve) => {
      const mine: Own = {
        isUnderway: false,
        isShown: showing !== null,
        underway: (outcome) => {
          mine.isUnderway = true;
          resolve(outcome);
        },
      };
      own.set(transferId, mine);
    });
  };

  const upload: Transfers['upload'] = async (file) => {
    if (file.size > uploadsBytesMax) {
      return fail(
        'upload-too-large',
        `“${file.name}” has more than 2 GB. Import it by its path on the machine that runs Plumbline.`,
      );
    }
    const client = connection.client();
    if (client === null) return gone;
    const service = client.services.transfers;
    const key = `upload-${++uploads}`;
    const item = { key, kind: 'upload', path: file.name } as const;
    const end = (state: TransferItem['state'], outcome: Failed): Failed => {
      patch(key, { state });
      return outcome;
    };
    let uploadId: number | null = null;
    const discard = () => {
      if (uploadId !== null) void service.discardUpload({ uploadId });
    };
    for (let from = 0; ; from += uploadPartBytesMax) {
      const to = Math.min(file.size, from + uploadPartBytesMax);
      put({
        ...item,
        state: 'running',
        progress: { ...nothingDone, doneBytes: from, totalBytes: file.size },
      });
      const bytes = await bytesOf(file, from, to);
      if (stopped.delete(key)) {
        discard();
        return end('cancelled', fail('cancelled', 'Nothing was imported.'));
      }
      if (bytes === null) {
        discard();
        return end('failed', fail('file-unreadable', `“${file.name}” can no longer be read. Drop it again.`));
      }
      const answer: Awaited<ReturnType<typeof service.upload>> = await service.upload({
        ...{ uploadId, bytes },
        ...{ name: file.name, last: to === file.size },
      });
      if (!answer.ok) return end('failed', answer);
      ({ uploadId } = answer.value);
      if (answer.value.file !== null) {
        patch(key, { state: 'finished' });
        return succeed({ ...answer.value.file, discard });
      }
    }
  };

  return {
    list,
    startImport: (path, password) =>
      start('import', path, ({ services }) =>
        services.transfers.startImport({ path, ...(password === null ? {} : { password }) }),
      ),
    startExport: (request) =>
      start('export', request.path, ({ services }) => services.transfers.startExport(request)),
    startCopy: (request) => start('copy', request.path, ({ services }) => services.session.saveCopy(request)),
    upload,
    cancel: (key) => {
      const transferId = Number(/^transfer-(\d+)$/.exec(key)?.[1]);
      if (Number.isNaN(transferId)) stopped.add(key);
      else void connection.client()?.services.transfers.cancel({ transferId });
    },
  };
}

const gone = fail('engine-gone', 'The engine is restarting. Try again in a moment.');

function keyOf(transferId: number): string {
  return `transfer-${transferId}`;
}

function itemFrom({ transferId, kind, path, state, progress }: TransferView): TransferItem {
  return { key: keyOf(transferId), kind, path, state, progress };
}

/** Null where the file changed or went away since it was chosen. */
async function bytesOf(file: FileContent, from: number, to: number): Promise<Uint8Array | null> {
  try {
    const bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
    return bytes.length === to - from ? bytes : null;
  } catch {
    return null;
  }
}
