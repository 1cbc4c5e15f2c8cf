import type { Client } from '../../../core/contract/client.ts';
import type { ExchangeDetail } from '../../../core/contract/exchanges.ts';
import { snippetFormats, type SnippetName } from '../../../core/formats/index.ts';
import { snippetBodyBytesMax, snippetRequestOf } from '../../../core/formats/snippet-request.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { copyText } from '../../components/clipboard.ts';
import type { WindowState } from '../../state/window-state.ts';

export interface CopiedSnippet {
  readonly text: string;
  /** What to do before it is run, in one line; null for nothing. */
  readonly remark: string | null;
}

const text = {
  utf8: (bytes: Uint8Array, from: number, to: number) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to)),
  bytesOfUtf8: (value: string) => new TextEncoder().encode(value),
};

/**
 * A request as something to run. A body that is no text, or longer than 64 KiB, is named as a file. Failures: those of
 * reading the body; `no-head` for a tunnel.
 */
export async function snippetOf(
  client: Client,
  sessionId: number,
  { exchange, request }: Pick<ExchangeDetail, 'exchange' | 'request'>,
  name: SnippetName,
): Promise<Result<CopiedSnippet>> {
  if (exchange.method === '') {
    return fail('no-head', 'A tunnel was passed through unread: there is no request.');
  }
  const body = await client.services.bodies.read({
    ...{ sessionId, exchangeId: exchange.id, side: 'request', decoded: false },
    ...{ from: 0, limit: snippetBodyBytesMax + 1 },
  });
  if (!body.ok) return body;
  const file = `request-${exchange.id}.bin`;
  const asked = snippetRequestOf(exchange, request?.raw ?? null, body.value.bytes, file, text);
  return succeed({
    text: `${snippetFormats[name].snippet(asked).trimEnd()}\n`,
    remark:
      asked.body.kind === 'file'
        ? `Copied. The request body is not text or has more than 64 KB: save it from the Body tab as ${file} first.`
        : null,
  });
}

/** Puts it on the clipboard and says the remark or what went wrong. */
export async function copySnippet(
  { connection, session, notices }: Pick<WindowState, 'connection' | 'session' | 'notices'>,
  detailOf: (client: Client, sessionId: number) => Promise<Result<ExchangeDetail>>,
  name: SnippetName,
): Promise<void> {
  const client = connection.client();
  const sessionId = session.shownId.get();
  if (client === null || sessionId === null) return;
  const detail = notices.check(await detailOf(client, sessionId));
  if (detail === null) return;
  const copied = notices.check(await snippetOf(client, sessionId, detail, name));
  if (copied === null) return;
  await copyText(copied.text);
  if (copied.remark !== null) notices.say(copied.remark);
}
