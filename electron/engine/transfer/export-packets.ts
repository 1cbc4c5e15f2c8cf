import path from 'node:path';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { createPcapngWriter } from '../../../core/packets/files/pcapng-write.ts';
import type { PacketMore } from '../../../core/packets/capture-events.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { createConversationIndex } from '../packets/reading/conversation-index.ts';
import { createExchangePackets } from '../packets/reading/exchange-packets.ts';
import { createPacketFile, type PacketFile } from '../packets/reading/packet-file.ts';
import { readMore } from '../packets/reading/read-more.ts';
import { nodePlatform } from '../proxy/platform.ts';
import { openForReading } from '../session/session-file.ts';
import type { Sqlite } from '../session/sqlite.ts';
import { engineVersion } from '../version.ts';
import { cancelled, type TransferControl } from './transfer-control.ts';
import { fileFailure } from './file-failure.ts';
import { createOutputFile } from './output-file.ts';
import type { ExportJob } from './transfer-messages.ts';

/** Lines of key logs that go into the file. */
const secretsMax = 1_000_000;
const namesMax = 100_000;
/** Packets written before whoever waits is let in. */
const packetsAtOnce = 2000;

/**
 * Writes the packets of a session into a pcapng file: all, or those that carried these exchanges; secrets in front, so that whoever opens it can decrypt
 * it with nothing else; names, comments and drop counters as well. Failures: those of the session and of the files, `nothing-to-export`, `cancelled`.
 */
export async function exportPackets(
  job: ExportJob,
  { isCancelled, progress }: TransferControl,
): Promise<Result<TransferSummary>> {
  const opened = openForReading(job.sessionPath, job.live);
  if (!opened.ok) return opened;
  const { db } = opened.value;
  try {
    const packets = createPacketFile(db);
    packets.refresh();
    const numbers = job.ids === null ? null : numbersOf(db, packets, job.ids);
    const total = numbers?.length ?? packets.count();
    if (total === 0) {
      return fail(
        'nothing-to-export',
        job.ids === null
          ? 'This session has no packets: nothing was captured into it.'
          : 'No packets of these exchanges were captured.',
      );
    }
    const output = await createOutputFile(job.path, job.overwrite);
    if (!output.ok) return output;
    const file = output.value;
    try {
      const chunks: Uint8Array[] = [];
      const about = { application: `Plumbline ${engineVersion}`, comment: '' };
      const writer = createPcapngWriter(about, nodePlatform, (chunk) => chunks.push(chunk));
      const secrets = db.prepare('SELECT line FROM secrets ORDER BY id LIMIT ?').pluck().all(secretsMax);
      if (secrets.length > 0) writer.secrets(secrets.join('\n'));
      const names = db.prepare('SELECT address, name FROM packet_names LIMIT ?').raw().all(namesMax);
      if (names.length > 0) writer.names(names as [string, string][]);
      const places = new Map<number, number>();
      for (const link of packets.interfaces()) {
        places.set(link.id, places.size);
        writer.interface(link);
      }
      const more = moreReader(db);
      let lastSeconds = 0;
      for (let at = 0; at < total; at++) {
        const number = numbers === null ? at + 1 : (numbers[at] as number);
        const place = packets.place(number);
        const columns = place === null ? null : packets.columns(place.block);
        if (place === null || columns === null) continue;
        const { index } = place;
        lastSeconds = columns.baseSeconds + (columns.seconds[index] as number);
        const link = places.get(columns.interfaces[index] as number);
        if (link !== undefined) {
          writer.packet(
            link,
            lastSeconds,
            columns.nanos[index] as number,
            columns.original[index] as number,
            packets.frame(place),
            more(number),
          );
        }
        if (at % packetsAtOnce !== packetsAtOnce - 1) continue;
        for (const chunk of chunks.splice(0)) await file.write(chunk);
        progress({
          doneExchanges: 0,
          totalExchanges: null,
          doneBytes: file.writtenBytes(),
          totalBytes: null,
        });
        if (isCancelled()) {
          await file.discard();
          return cancelled;
        }
      }
      for (const link of packets.interfaces()) {
        const { received, droppedByKernel, droppedByInterface } = link;
        if (received === null && droppedByKernel === null && droppedByInterface === null) continue;
        writer.statistics(
          places.get(link.id) ?? 0,
          { received, droppedByKernel, droppedByInterface },
          { seconds: lastSeconds, nanos: 0 },
        );
      }
      writer.end();
      for (const chunk of chunks) await file.write(chunk);
      await file.finish();
    } catch (error) {
      await file.discard();
      return fileFailure(error, job.path);
    }
    return succeed({
      path: path.resolve(job.path),
      exchanges: job.ids?.length ?? 0,
      packets: total,
      skipped: 0,
      skips: [],
      warnings: [],
      cut: false,
    });
  } finally {
    db.close();
  }
}

/** What carried these exchanges, ascending. */
function numbersOf(db: Sqlite, packets: PacketFile, ids: Float64Array): number[] {
  const carried = createExchangePackets(db, packets, createConversationIndex(db));
  const numbers = new Set<number>();
  for (const id of ids) {
    const found = carried.of(id);
    if (found.ok) for (const each of found.value) for (const number of each.numbers) numbers.add(number);
  }
  return [...numbers].sort((one, other) => one - other);
}

/** What the source said of packets, and what a person wrote on them, which counts more. */
function moreReader(db: Sqlite): (number: number) => PacketMore | null {
  const moreOf = db.prepare('SELECT json FROM packet_more WHERE number = ?').pluck();
  const commentOf = db.prepare('SELECT comment FROM packet_marks WHERE number = ?').pluck();
  const hasMore = db.prepare('SELECT 1 FROM packet_more LIMIT 1').pluck().get() === 1;
  const hasMarks = db.prepare('SELECT 1 FROM packet_marks LIMIT 1').pluck().get() === 1;
  return (number) => {
    const text = hasMore ? moreOf.get(number) : undefined;
    const comment = hasMarks ? commentOf.get(number) : undefined;
    const more = typeof text === 'string' ? readMore(text) : null;
    if (typeof comment !== 'string' || comment === '') return more;
    const { direction, processId, threadId, droppedBefore } = more ?? nothing;
    return { comment, direction, processId, threadId, droppedBefore };
  };
}

const nothing: PacketMore = {
  comment: null,
  direction: null,
  processId: null,
  threadId: null,
  droppedBefore: null,
};
