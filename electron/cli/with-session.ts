import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openSession } from '../engine/session/session.ts';
import type { Session } from '../engine/session/session-api.ts';
import { isCaptureFile } from '../engine/transfer/detect.ts';
import { valueOrComplain, workers } from './common.ts';
import { runTransfer, tellWarnings } from './transfer.ts';

export interface SessionToRead {
  /** A session file, or a capture. */
  readonly file: string;
  /** Secrets for the TLS of a capture. */
  readonly keyLog?: string | undefined;
  /** Packets or conversations will be asked for. */
  readonly listsPackets?: boolean;
}

/** Opens a saved session to read, or complains. A capture becomes a session in the system's temporary folder, for as long as it is read. */
export async function withSession(
  { file, keyLog, listsPackets = false }: SessionToRead,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  if (!(await isCaptureFile(file))) {
    await read(file, listsPackets, use);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const sessionPath = path.join(folder, `${path.basename(file)}.plumb`);
    const summary = await runTransfer({
      kind: 'import',
      path: file,
      sessionPath,
      password: null,
      keyLogPath: keyLog ?? null,
    });
    if (summary === null) return;
    tellWarnings(summary);
    // From here on nothing is under way that must be ended in order.
    const leave = (): never => process.exit(130);
    process.once('SIGINT', leave);
    process.once('SIGTERM', leave);
    await read(summary.path, listsPackets, use);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function read(
  file: string,
  listsPackets: boolean,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const session = valueOrComplain(await openSession({ path: file, mode: 'read', listsPackets }, workers));
  if (session === null) return;
  try {
    await use(session);
  } finally {
    await session.close();
  }
}
