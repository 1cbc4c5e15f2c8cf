import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Settings } from '../../core/model/settings.ts';
import type { RecordingLimits } from './proxy/exchange-draft.ts';

const checkEveryMs = 3000;
/** Recording goes on when this much more than the least is free, so that it does not go on and off. */
const resumeShare = 0.02;

export interface RecordingGuardOptions {
  readonly settings: () => Pick<Settings, 'bodyBytesMax' | 'diskFreeBytesMin' | 'sessionBytesMax'>;
  readonly session: () => { readonly path: string; readonly diskBytes: () => Promise<number> } | null;
  /** The pause began, ended, or has another reason. */
  readonly onChanged: () => void;
  /** Bytes free for us where this file is, null if that cannot be told. */
  readonly freeBytes?: (path: string) => Promise<number | null>;
}

/** Watches disk and session, and says what of the traffic may be stored. The proxy works on in any case. */
export interface RecordingGuard {
  readonly limits: () => RecordingLimits;
  /** Why nothing is stored, in one line; null while something is. */
  readonly problem: () => string | null;
  /** Looks now: after a change of settings or session. Otherwise every three seconds. */
  readonly check: () => Promise<void>;
  readonly close: () => void;
}

export function createRecordingGuard(options: RecordingGuardOptions): RecordingGuard {
  const { settings, session, onChanged, freeBytes = bytesFreeAt } = options;
  let problem: string | null = null;
  let limits: RecordingLimits = { bodyBytesMax: settings().bodyBytesMax, paused: false };
  let diskIsShort = false;
  let closed = false;

  const reasonNow = async (): Promise<string | null> => {
    const { diskFreeBytesMin, sessionBytesMax } = settings();
    const current = session();
    if (current === null) return null;
    const free = diskFreeBytesMin === 0 ? null : await freeBytes(current.path);
    const least = diskFreeBytesMin * (diskIsShort ? 1 + resumeShare : 1);
    diskIsShort = free !== null && free < least;
    if (diskIsShort) {
      return `Recording is paused: less than ${megabytes(diskFreeBytesMin)} are free on the disk of the session. Make room, or lower the limit in the settings; it goes on by itself. Connections are not affected.`;
    }
    if (sessionBytesMax > 0 && (await current.diskBytes()) >= sessionBytesMax) {
      return `Recording is paused: the session has reached its largest size, ${megabytes(sessionBytesMax)}. Start a new session, or raise the limit in the settings. Connections are not affected.`;
    }
    return null;
  };
  const check = async (): Promise<void> => {
    const next = await reasonNow();
    if (closed) return;
    limits = { bodyBytesMax: settings().bodyBytesMax, paused: next !== null };
    if (next === problem) return;
    problem = next;
    onChanged();
  };
  const timer = setInterval(() => void check(), checkEveryMs);
  timer.unref();
  return {
    limits: () => limits,
    problem: () => problem,
    check,
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
}

async function bytesFreeAt(path: string): Promise<number | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(dirname(path));
    // Some file systems of networks do not say how large they are.
    return blocks === 0 ? null : bavail * bsize;
  } catch {
    return null;
  }
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000
    ? `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
    : `${Number((bytes / 1_000_000).toFixed(1))} MB`;
}
