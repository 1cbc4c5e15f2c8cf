import type { Client } from '../../../../../core/contract/client.ts';
import type { MessageFilter } from '../../../../../core/contract/messages.ts';
import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import { decodeUtf8, isUtf8 } from '../../../../../core/decoders/utf8.ts';
import { copyText } from '../../../../components/clipboard.ts';
import { formatCount, formatDuration } from '../../../../format/duration.ts';
import { formatBytesAs } from '../../../../format/hex.ts';
import { formatBytes } from '../../../../format/size.ts';
import { readMessage, rowsOf, type MessagesPlace } from '../../../../state/messages.ts';
import { kindText } from './message-words.ts';

/** More is not put on the clipboard. */
const messagesMax = 5000;
const charsMax = 16_777_216;

/** Messages as text, each with a line about it; `left` says what is left out. */
export async function messagesText(
  client: Client | null,
  place: MessagesPlace,
  filter: MessageFilter,
  { startedAtUs }: ExchangeRecord,
): Promise<{ readonly text: string; readonly left: string | null }> {
  const parts: string[] = [];
  let chars = 0;
  for await (const row of rowsOf(client, place, filter, messagesMax)) {
    const message = row.isPart ? null : await readMessage(client, place, row.index, true);
    const arrow = row.side === 'request' ? '↑' : '↓';
    const size = row.contentBytes === null ? '' : `, ${formatBytes(row.contentBytes)}`;
    const head = `${arrow} ${row.index + 1}, ${formatDuration(row.lastAtUs - startedAtUs)}, ${kindText(row)}${size}`;
    const content =
      message === null || typeof message === 'string' ? (message ?? '') : contentText(message.bytes);
    parts.push(content === '' ? head : `${head}\n${content}`);
    chars += head.length + content.length;
    if (chars > charsMax) break;
  }
  const isCut = parts.length === messagesMax || chars > charsMax;
  return {
    text: `${parts.join('\n\n')}\n`,
    left: isCut
      ? `Copied the first ${formatCount(parts.length)} messages. For all of them run: plumbline messages SESSION ${place.exchangeId}`
      : null,
  };
}

/** The content of one message, to the clipboard. */
export async function copyMessage(client: Client | null, place: MessagesPlace, index: number): Promise<void> {
  const message = await readMessage(client, place, index, true);
  if (typeof message !== 'string') await copyText(contentText(message.bytes));
}

function contentText(bytes: Uint8Array): string {
  return isUtf8(bytes) ? decodeUtf8(bytes) : formatBytesAs(bytes, 'hex');
}
