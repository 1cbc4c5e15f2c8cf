import { z } from 'zod';
import type { ExportFormatName } from '../formats/index.ts';
import { method, service } from './define.ts';
import { selectedMax } from './exchanges.ts';

const filePath = z.string().min(1).max(4096);
const password = z.string().min(1).max(1024);
const transferId = z.number().int().positive();

/** Totals are null while they are not known. */
export const transferProgress = z.object({
  doneExchanges: z.number(),
  totalExchanges: z.number().nullable(),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
});
export type TransferProgress = z.infer<typeof transferProgress>;

/** What came of it. `path`: the file that was written; after an import, the new session. */
export const transferSummary = z.object({
  path: z.string(),
  exchanges: z.number(),
  /** Of a capture; left out for other files. */
  packets: z.number().optional(),
  /** Entries of the file that could not be used, and the reasons of the first 100. */
  skipped: z.number(),
  skips: z.array(z.object({ index: z.number(), reason: z.string() })),
  /** Sentences for the person, at most 100. */
  warnings: z.array(z.string()),
  /** The file ended too early: what came before is there. */
  cut: z.boolean(),
});
export type TransferSummary = z.infer<typeof transferSummary>;

export const transferView = z.object({
  transferId,
  kind: z.enum(['export', 'import', 'copy']),
  /** The file written or read. */
  path: z.string(),
  state: z.enum(['running', 'finished', 'failed', 'cancelled']),
  progress: transferProgress,
  summary: transferSummary.nullable(),
  /** One plain line, when it failed. */
  problem: z.string().nullable(),
});
export type TransferView = z.infer<typeof transferView>;

/** Which exchanges: all of an open session (left out: the one that is recorded into), or those of a list. */
export const transferSelection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all'), sessionId: z.number().int().nonnegative().optional() }),
  z.object({
    kind: z.literal('view'),
    viewId: z.number().int().nonnegative(),
    /** Null: all that the list shows. */
    ids: z.array(z.number().int().positive()).max(selectedMax).nullable(),
  }),
]);
export type TransferSelection = z.infer<typeof transferSelection>;

/** Named here once more, since the list of formats would bring every format into the window and the shell. */
export const exportFormatNames = [
  'har',
  'saz',
  'pcapng',
  'curl',
  'curl-cmd',
  'powershell',
  'raw',
] as const satisfies readonly ExportFormatName[];

/** Largest part of an upload. */
export const uploadPartBytesMax = 262_144;
/** All files that windows handed over and that were not read yet. */
export const uploadsBytesMax = 2_147_483_648;

const uploadId = z.number().int().positive();
const uploadPart = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length <= uploadPartBytesMax,
  'A part of an upload has at most 256 KiB.',
);

/** A file that was handed over: one to import from `path`, or a session that lies in the data folder now. */
export const uploadedFile = z.object({ kind: z.enum(['file', 'session']), path: z.string() });
export type UploadedFile = z.infer<typeof uploadedFile>;

export const transfersService = service({
  methods: {
    /** Writes exchanges of the open session into a file (0600). Credentials are redacted unless `redact` is false. */
    startExport: method(
      z.object({
        selection: transferSelection,
        format: z.enum(exportFormatNames),
        path: filePath,
        redact: z.boolean().default(true),
        overwrite: z.boolean().default(false),
        password: password.optional(),
      }),
      z.object({ transferId }),
    ),
    /**
     * Reads HAR, SAZ, mitmproxy flows or a capture (pcap, pcapng) into a new session file; no `session`: a new one in the data folder, and for a capture
     * one that is open already and shows what comes, whose path is `showing`. It goes away again when the import fails or is cancelled.
     */
    startImport: method(
      z.object({
        path: filePath,
        session: filePath.optional(),
        password: password.optional(),
        /** Of a capture: the file with the secrets of its TLS (SSLKEYLOGFILE). */
        keyLog: filePath.optional(),
      }),
      z.object({ transferId, showing: z.string().nullable() }),
    ),
    /** Those that run, and the last 20 that ended. */
    list: method(z.object({}), z.object({ transfers: z.array(transferView) })),
    /** Stops it and removes what it wrote; nothing happens to one that is over. */
    cancel: method(z.object({ transferId }), z.object({})),
    /**
     * Hands over the next part of a file that has no path for the engine. `uploadId` is null for the first part and the
     * answer names it; the answer to the last part says where the file is. It is removed after its import, and whatever
     * is left when the engine starts. Failures: `upload-too-large`, `too-many-uploads`, `no-such-upload`, those of the disk.
     */
    upload: method(
      z.object({
        uploadId: uploadId.nullable(),
        name: z.string().min(1).max(1024),
        bytes: uploadPart,
        last: z.boolean(),
      }),
      z.object({ uploadId, file: uploadedFile.nullable() }),
    ),
    /** Removes what was handed over; nothing happens to one that is not there. */
    discardUpload: method(z.object({ uploadId }), z.object({})),
  },
  events: {
    /** At most every 100 ms for each transfer. */
    progress: z.object({ transferId, progress: transferProgress }),
    finished: z.object({ transferId, summary: transferSummary }),
    /** `code` is `cancelled` when somebody wanted it. */
    failed: z.object({ transferId, code: z.string(), message: z.string() }),
  },
});
