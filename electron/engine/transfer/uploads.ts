import fs from 'node:fs/promises';
import path from 'node:path';
import { uploadsBytesMax, type UploadedFile } from '../../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { fileFailure } from './file-failure.ts';
import { moveToNew } from './move-to-new.ts';

export interface UploadPart {
  /** Null begins a new one. */
  readonly uploadId: number | null;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** Files that a window hands over part by part. They lie in the data folder until they were read. */
export interface Uploads {
  /** Failures: `upload-too-large`, `too-many-uploads`, `no-such-upload`, those of `fileFailure`. After one the upload is gone. */
  readonly put: (part: UploadPart) => Promise<Result<{ uploadId: number; file: UploadedFile | null }>>;
  readonly discard: (uploadId: number) => Promise<void>;
  /** Removes the uploaded file with this path; other paths are passed over. */
  readonly forget: (file: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Upload {
  readonly id: number;
  readonly folder: string;
  readonly path: string;
  readonly handle: fs.FileHandle;
  bytes: number;
  complete: boolean;
  touchedAtMs: number;
  /** Parts are written one after another. */
  turn: Promise<unknown>;
}

const uploadsMax = 16;
/** One that waits longer for its next part was left by its window. */
const idleMsMax = 600_000;
const sessionMagic = 'SQLite format 3\0';

export function createUploads(dataDir: string): Uploads {
  const root = path.join(dataDir, 'uploads');
  // Another engine may use the same data folder.
  const own = path.join(root, String(process.pid));
  const uploads = new Map<number, Upload>();
  const swept = sweep(root);
  let lastId = 0;

  async function remove(upload: Upload): Promise<void> {
    uploads.delete(upload.id);
    await upload.handle.close().catch(() => undefined);
    await fs.rm(upload.folder, { recursive: true, force: true }).catch(() => undefined);
  }

  async function begin(name: string): Promise<Result<Upload>> {
    const nowMs = Date.now();
    for (const each of uploads.values()) {
      if (!each.complete && nowMs - each.touchedAtMs > idleMsMax) await remove(each);
    }
    if (uploads.size >= uploadsMax) {
      return fail('too-many-uploads', `${uploadsMax} files are being handed over. Wait for one of them.`);
    }
    const id = ++lastId;
    const folder = path.join(own, String(id));
    const file = path.join(folder, safeName(name));
    try {
      await fs.mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await fs.open(file, 'wx+', 0o600);
      const upload: Upload = {
        ...{ id, folder, path: file, handle, bytes: 0 },
        ...{ complete: false, touchedAtMs: nowMs, turn: Promise.resolve() },
      };
      uploads.set(id, upload);
      return succeed(upload);
    } catch (error) {
      return fileFailure(error, file);
    }
  }

  async function add(upload: Upload, bytes: Uint8Array, last: boolean): Promise<Result<UploadedFile | null>> {
    if (uploads.get(upload.id) !== upload || upload.complete) return noSuchUpload();
    const total = [...uploads.values()].reduce((sum, each) => sum + each.bytes, bytes.length);
    if (total > uploadsBytesMax) {
      await remove(upload);
      return fail('upload-too-large', 'More than 2 GB cannot be handed over: import the file by its path.');
    }
    upload.touchedAtMs = Date.now();
    // Counted before it is written, since other uploads go on meanwhile.
    upload.bytes += bytes.length;
    try {
      for (let at = 0; at < bytes.length;) {
        at += (await upload.handle.write(bytes, at, bytes.length - at)).bytesWritten;
      }
      return succeed(last ? await complete(upload) : null);
    } catch (error) {
      await remove(upload);
      return fileFailure(error, upload.path);
    }
  }

  async function complete(upload: Upload): Promise<UploadedFile> {
    const start = Buffer.alloc(sessionMagic.length);
    await upload.handle.read(start, 0, start.length, 0);
    if (start.toString('latin1') !== sessionMagic) {
      upload.complete = true;
      await upload.handle.close();
      return { kind: 'file', path: upload.path };
    }
    await upload.handle.close();
    const kept = await keepSession(upload.path, path.join(dataDir, 'sessions'));
    await remove(upload);
    return { kind: 'session', path: kept };
  }

  return {
    put: async ({ uploadId, name, bytes, last }) => {
      await swept;
      const known = uploadId === null ? await begin(name) : succeed(uploads.get(uploadId));
      if (!known.ok) return known;
      const upload = known.value;
      if (upload === undefined) return noSuchUpload();
      const added = upload.turn.then(() => add(upload, bytes, last));
      upload.turn = added;
      const file = await added;
      return file.ok ? succeed({ uploadId: upload.id, file: file.value }) : file;
    },
    discard: async (uploadId) => {
      const upload = uploads.get(uploadId);
      if (upload !== undefined) await remove(upload);
    },
    forget: async (file) => {
      const upload = [...uploads.values()].find((each) => each.path === file);
      if (upload !== undefined) await remove(upload);
    },
    close: async () => {
      await swept;
      await Promise.all([...uploads.values()].map(remove));
      await fs.rm(own, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

function noSuchUpload(): ReturnType<typeof fail> {
  return fail('no-such-upload', 'This file is no longer being handed over. Drop it again.');
}

/** Removes what engines before this one left. One that runs keeps its own. */
async function sweep(root: string): Promise<void> {
  const names = await fs.readdir(root).catch(() => []);
  for (const name of names) {
    if (Number(name) !== process.pid && isRunning(Number(name))) continue;
    await fs.rm(path.join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Into the folder of sessions, beside whatever has the same name there. */
async function keepSession(file: string, folder: string): Promise<string> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const stem = path.basename(file).replace(/\.plumb$/i, '');
  for (let number = 1; ; number++) {
    const target = path.join(folder, `${stem}${number === 1 ? '' : ` ${number}`}.plumb`);
    try {
      await moveToNew(file, target);
      return target;
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!taken || number >= 1000) throw error;
    }
  }
}

/** The last part of a name without what file systems refuse. */
function safeName(name: string): string {
  const safe = (name.split(/[/\\]/).at(-1) ?? '')
    .replace(/[\0-\x1f\x7f<>:"|?*]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '');
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(safe)?.[0] ?? '';
  const stem = safe.slice(0, safe.length - ending.length).slice(0, 60);
  return stem === '' ? `dropped${ending}` : `${stem}${ending}`;
}
