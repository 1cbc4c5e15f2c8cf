import { exchangeJson, type ExchangeJson } from '../../core/model/exchange-json.ts';
import { onTestFinished } from 'vitest';
import type { Followed } from '../../core/contract/packets.ts';
import type { ConversationRow, FollowKind, PacketRow, packetScope } from '../../core/contract/packets.ts';
import type { z } from 'zod';
import type { Result } from '../../core/model/result.ts';
import { createIntake } from '../../electron/engine/packets/intake.ts';
import { readCapture, type CaptureReading } from '../../electron/engine/packets/read-capture.ts';
import type { Session } from '../../electron/engine/session/session-api.ts';
import { openSession } from '../../electron/engine/session/session.ts';
import { workers } from './workers.ts';

/** Reads a capture into a session, as importing does; tells what was wrong with it. */
export async function importInto(session: string, capture: string, keyLog = ''): Promise<readonly string[]> {
  const [reading] = await importAll(session, [capture], keyLog);
  return reading?.problems ?? [];
}

/** The same with several, one after the other. */
export async function importAll(
  session: string,
  captures: readonly string[],
  keyLog = '',
): Promise<readonly CaptureReading[]> {
  const opened = valueOf(await openSession({ path: session, mode: 'create-or-open' }, workers));
  const readings: CaptureReading[] = [];
  try {
    for (const capture of captures) {
      const feed = opened.openFeed();
      if (feed === null) throw new Error('The session takes no packets.');
      const intake = createIntake(feed, 'file');
      intake.keys.add(keyLog);
      const reading = await readCapture(
        capture,
        intake,
        () => false,
        () => undefined,
      );
      await intake.finish();
      readings.push(reading);
    }
    return readings;
  } finally {
    await opened.close();
  }
}

/** A session of packets that is read, and closed with the test. */
export async function readingSession(file: string): Promise<Session> {
  const session = valueOf(await openSession({ path: file, mode: 'read' }, workers));
  onTestFinished(() => session.close());
  return session;
}

export async function conversationsOf({ packets }: Session): Promise<readonly ConversationRow[]> {
  const page = { from: 0, limit: 500, sort: 'started', descending: false, text: '' } as const;
  const { conversations, count } = valueOf(await packets.call('conversations', page));
  if (count > page.limit) throw new Error('These are more conversations than one page.');
  return conversations;
}

/** Lines of the packet list, at most 500, of a filter that the index answers. */
export async function packetRowsOf(
  { packets }: Session,
  filter = '',
  scope: z.infer<typeof packetScope> = { kind: 'all' },
): Promise<readonly PacketRow[]> {
  const { viewId } = valueOf(await packets.call('openView', { scope, filter }));
  return valueOf(await packets.call('rows', { viewId, from: 0, limit: 500 })).rows;
}

/** All pieces of both streams, in windows of so many bytes. */
export async function followedOf(
  { packets }: Session,
  id: number,
  as: FollowKind,
  bytesMax = 1_048_576,
): Promise<readonly { end: 'a' | 'b'; bytes: Uint8Array; missingBefore: number }[]> {
  const pieces: { end: 'a' | 'b'; bytes: Uint8Array; missingBefore: number }[] = [];
  for (let from: number | null = 0; from !== null;) {
    const window: Followed = valueOf(await packets.call('follow', { id, as, from, bytesMax }));
    if (window.problem !== null) throw new Error(window.problem);
    pieces.push(...window.pieces);
    from = window.nextFrom;
  }
  return pieces;
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** Exchanges as the command line prints them. */
export async function exchangesOf(session: Session): Promise<readonly ExchangeJson[]> {
  const page = valueOf(await session.exportPage(0, 500));
  return page.map(({ exchange, clientLeg, serverLeg }) => exchangeJson(exchange, clientLeg, serverLeg));
}
