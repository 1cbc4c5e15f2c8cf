import { messageRowsMax, type MessageRow } from '../../core/contract/messages.ts';
import { bodyPageBytesMax } from '../../core/contract/bodies.ts';
import { isoMicros } from '../../core/model/exchange-json.ts';
import type { Session } from '../engine/session/session-api.ts';
import { valueOrComplain } from './common.ts';
import { printError, write } from './output.ts';
import { withSession } from './with-session.ts';

/** Prints the messages inside one exchange, each as a JSON object or as a line and its content. */
export async function printMessages(
  file: string,
  id: number,
  options: { readonly json?: boolean },
): Promise<void> {
  await withSession({ file }, async (session) => {
    const detail = valueOrComplain(await session.get(id));
    if (detail === null) return;
    const { startedAtUs } = detail.exchange;
    for (let from = 0; ;) {
      const list = valueOrComplain(await session.listMessages(id, from, messageRowsMax, null));
      if (list === null) return;
      if (list.total === 0) {
        printError(`There are no messages inside exchange ${id}.`);
        process.exitCode = 1;
      }
      for (const row of list.rows) {
        const content = await contentOf(session, id, row);
        const line =
          options.json === true ? JSON.stringify(toJson(row, content)) : asText(row, content, startedAtUs);
        if (!(await write(`${line}\n`))) return;
      }
      from += list.rows.length;
      if (from >= list.total || list.rows.length === 0) return;
    }
  });
}

interface Content {
  readonly bytes: Buffer;
  readonly problem: string | null;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** A part of a message is told with the first part. */
async function contentOf(session: Session, id: number, row: MessageRow): Promise<Content> {
  const parts: Uint8Array[] = [];
  for (let read = 0; !row.isPart;) {
    const page = await session.readMessage(id, row.index, true, read, bodyPageBytesMax);
    if (!page.ok) return { bytes: Buffer.alloc(0), problem: page.error.message, facts: [] };
    const { bytes, totalBytes, problem, facts } = page.value;
    parts.push(bytes);
    read += bytes.length;
    if (read >= totalBytes || bytes.length === 0) return { bytes: Buffer.concat(parts), problem, facts };
  }
  return { bytes: Buffer.alloc(0), problem: null, facts: [] };
}

/** Text as text, anything else in base64. */
function toJson(row: MessageRow, { bytes, problem, facts }: Content): object {
  const text = textOf(bytes);
  return {
    index: row.index,
    from: row.side === 'request' ? 'client' : 'server',
    kind: row.kind,
    name: row.name,
    at: isoMicros(row.lastAtUs),
    ...(row.closeCode === 0 ? {} : { closeCode: row.closeCode }),
    ...(row.isPart ? { continues: true } : {}),
    ...(row.compressed ? { compressed: true } : {}),
    wireBytes: row.wireBytes,
    state: row.state,
    ...(problem === null ? {} : { problem }),
    ...Object.fromEntries(facts.map(([name, value]) => [name.toLowerCase().replaceAll(' ', '-'), value])),
    ...(text === null ? { base64: bytes.toString('base64') } : { text }),
  };
}

function asText(row: MessageRow, { bytes, problem }: Content, startedAtUs: number): string {
  const arrow = row.side === 'request' ? '>' : '<';
  const ms = ((row.lastAtUs - startedAtUs) / 1000).toFixed(1);
  const name = row.closeCode === 0 ? row.name : `${row.name} ${row.closeCode}`;
  const head = `${arrow} ${String(row.index + 1).padStart(6)} ${ms.padStart(12)} ms  ${name}, ${row.wireBytes} B on the wire`;
  const text = textOf(bytes) ?? bytes.toString('hex');
  const shown = [head, ...(problem === null ? [] : [`  (${problem})`]), ...(text === '' ? [] : [text])];
  // What others sent does not get to move the cursor of a terminal.
  return shown.join('\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

function textOf(bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}
