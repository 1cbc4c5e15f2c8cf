import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { PacketReader } from '../engine/packets/reading/packet-reader-client.ts';
import { captureAsItIs, type LeftIn } from '../engine/session/left-bytes.ts';
import { openSession, readPackets } from '../engine/session/session.ts';
import type { Session } from '../engine/session/session-api.ts';
import { isCaptureFile } from '../engine/transfer/detect.ts';
import { valueOrComplain, workers } from './common.ts';
import { printError } from './output.ts';
import { runTransfer, tellWarnings } from './transfer.ts';

/** A session file, or a capture; `keyLog` has secrets for the TLS of a capture. */
export interface FileToRead {
  readonly file: string;
  readonly keyLog?: string | undefined;
}

/** Opens a saved session to read, or complains. A capture is one for as long as it is read: its packets stay where they are. */
export async function withSession(
  { file, keyLog }: FileToRead,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  if (!(await isCaptureFile(file))) {
    await read(file, (session) => (passOverKeys(file, keyLog), use(session)));
    return;
  }
  const capture = captureAsItIs(file);
  await withTemporary(file, async (sessionPath) => {
    if (await importCapture(file, sessionPath, keyLog))
      await untilToldToEnd(() => read(sessionPath, use, capture));
  });
}

/** The same for those who ask for packets and conversations alone. */
export async function withPackets(
  { file, keyLog }: FileToRead,
  use: (packets: PacketReader) => Promise<void>,
): Promise<void> {
  if (!(await isCaptureFile(file))) {
    await read(file, ({ packets }) => (passOverKeys(file, keyLog), use(packets)));
    return;
  }
  const capture = captureAsItIs(file);
  await withTemporary(file, async (sessionPath) => {
    const packets = readPackets(sessionPath, workers, capture);
    // Its thread starts while the capture is read.
    packets.prepare();
    try {
      if (await importCapture(file, sessionPath, keyLog)) await untilToldToEnd(() => use(packets));
    } finally {
      await packets.close();
    }
  });
}

/** What was encrypted was read, or not, when the session was made. */
function passOverKeys(file: string, keyLog: string | undefined): void {
  if (keyLog === undefined) return;
  const name = path.basename(file);
  printError(
    `--keylog is passed over: “${name}” is a session. Keys are given when a capture is imported or listed.`,
  );
}

/** False where it failed or was cancelled, which was said. */
async function importCapture(
  file: string,
  sessionPath: string,
  keyLog: string | undefined,
): Promise<boolean> {
  const keyLogPath = keyLog ?? null;
  const summary = await runTransfer({
    ...{ kind: 'import', path: file, sessionPath, password: null, keyLogPath },
    leavesPackets: true,
  });
  if (summary === null) return false;
  tellWarnings(summary);
  return true;
}

async function read(file: string, use: (session: Session) => Promise<void>, capture?: LeftIn): Promise<void> {
  const session = valueOrComplain(await openSession({ path: file, mode: 'read', capture }, workers));
  if (session === null) return;
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

/** Gives the name of a session file in a folder of its own, which is gone afterwards. */
async function withTemporary(file: string, use: (sessionPath: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await use(path.join(folder, `${path.basename(file)}.plumb`));
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** An import is cancelled by a signal; what follows it ends the program in order. */
async function untilToldToEnd(step: () => Promise<void>): Promise<void> {
  const leave = (): never => process.exit(130);
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    await step();
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  }
}
