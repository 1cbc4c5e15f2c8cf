import type { FormatBody, FormatExchange, FormatLeg, FormatMessages } from '../../../core/formats/format.ts';
import type { BodySide, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import { fieldValue, readHeadText } from '../../../core/model/head-text.ts';
import { commentCharsMax, type Mark } from '../../../core/model/mark.ts';
import type { SessionDraft } from '../session/draft.ts';
import type { HeadPart } from '../session/session-api.ts';
import { recoded } from './recode.ts';

/** Puts exchanges into a session as fast as its writer takes them. */
export interface SessionWriter {
  /** Resolves when the next may come; throws a sentence when the session cannot be written. */
  readonly put: (exchange: FormatExchange) => Promise<void>;
  /** Resolves when everything is stored, comments, colours and pins as well. */
  readonly finish: () => Promise<void>;
}

/** What is handed over before waiting for the writer; far below the bounds at which a session loses something. */
/** What messages say of their exchange. */
type Counted = Pick<
  ExchangeRecord,
  'requestMessages' | 'responseMessages' | 'requestBytes' | 'responseBytes'
>;

const bytesAtOnce = 6 * 1024 * 1024;
const recordsAtOnce = 2000;
/** What a body is appended in, since the queue's bound is for whole pieces. */
const pieceBytes = 1024 * 1024;
/** What one message takes on its way to the writer, roughly. */
const messageBytes = 64;
/** Conversations remembered; beyond, one that comes again is told again. */
const conversationsMax = 1_000_000;

/** Exchanges whose comments, colours and pins are kept; the marks of one session are bounded. */
const marksMax = 100_000;

/** `isCancelled` is asked between pieces. */
export function createSessionWriter(draft: SessionDraft, isCancelled: () => boolean): SessionWriter {
  const { sink } = draft;
  const conversations = new Map<string, number>();
  let waitingBytes = 0;
  let waitingRecords = 0;
  let problem: string | null = null;
  const marked: ({ id: number } & Mark)[] = [];
  let onTrouble: (sentence: string) => void = () => {};
  draft.onProblem((sentence) => {
    problem = sentence;
    if (sentence !== null) onTrouble(sentence);
  });

  async function makeRoom(bytes: number): Promise<void> {
    waitingBytes += bytes;
    if (waitingBytes < bytesAtOnce && waitingRecords < recordsAtOnce) return;
    waitingBytes = 0;
    waitingRecords = 0;
    if (problem !== null) throw new Error(problem);
    const trouble = new Promise<never>((_resolve, reject) => {
      onTrouble = (sentence) => reject(new Error(sentence));
    });
    await Promise.race([draft.flush(), trouble]);
    onTrouble = () => {};
  }

  function conversationOf(role: 'client' | 'server', leg: FormatLeg | null): number | null {
    if (leg === null) return null;
    const name = `${role} ${leg.key}`;
    if (leg.conversation === null) return conversations.get(name) ?? null;
    if (conversations.size >= conversationsMax) conversations.clear();
    const id = sink.nextConversationId();
    conversations.set(name, id);
    sink.putConversation({ ...leg.conversation, id });
    waitingRecords += 1;
    return id;
  }

  async function putHead(id: number, part: HeadPart, text: string, atUs: number): Promise<void> {
    const bytes = Buffer.from(text, 'latin1');
    await makeRoom(bytes.length);
    sink.putHead(id, part, bytes, atUs);
  }

  /** Gives in one sentence what is missing, null if nothing. */
  async function putBody(
    id: number,
    side: BodySide,
    body: FormatBody,
    head: string | null,
    atUs: number,
  ): Promise<string | null> {
    const open = body.wire ?? body.content;
    if (open === null) return null;
    const ending: { problem: string | null } = { problem: null };
    const source = noting(open(), ending);
    const coding = head === null ? null : fieldValue(readHeadText(head).headers, 'content-encoding');
    const pieces = body.wire === null ? (recoded(source, coding) ?? source) : source;
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += pieceBytes) {
        if (isCancelled()) return null;
        const part = piece.subarray(at, at + pieceBytes);
        await makeRoom(part.length);
        sink.appendBody(id, side, part, atUs);
      }
    }
    return ending.problem;
  }

  /** What is known of a WebSocket that was imported is what its messages are. */
  async function putMessages(id: number, messages: FormatMessages | undefined): Promise<Counted | null> {
    const counts = { request: 0, response: 0 };
    const bytes = { request: 0, response: 0 };
    if (messages === undefined) return null;
    for await (const { record } of messages()) {
      if (isCancelled()) break;
      await makeRoom(messageBytes);
      sink.putMessage(id, record);
      counts[record.side] += 1;
      bytes[record.side] = Math.max(
        bytes[record.side],
        record.from + record.headerBytes + record.payloadBytes,
      );
    }
    return {
      ...{ requestMessages: counts.request, responseMessages: counts.response },
      ...{ requestBytes: bytes.request, responseBytes: bytes.response },
    };
  }

  return {
    put: async (exchange) => {
      const { record, clientLeg, serverLeg, heads, requestBody, responseBody } = exchange;
      const id = sink.nextExchangeId();
      const clientConversation = conversationOf('client', clientLeg);
      const serverConversation = conversationOf('server', serverLeg);
      const sentAtUs = record.requestEndedAtUs ?? record.startedAtUs;
      const answeredAtUs = record.responseToUs ?? record.endedAtUs ?? sentAtUs;
      if (heads.request !== null) await putHead(id, 'request', heads.request, sentAtUs);
      for (const interim of heads.interim) await putHead(id, 'interim', interim, sentAtUs);
      if (heads.response !== null)
        await putHead(id, 'response', heads.response, record.responseFromUs ?? answeredAtUs);
      const requestProblem = await putBody(id, 'request', requestBody, heads.request, sentAtUs);
      const responseProblem = await putBody(id, 'response', responseBody, heads.response, answeredAtUs);
      for (const section of heads.requestTrailers) await putHead(id, 'request-trailers', section, sentAtUs);
      for (const section of heads.responseTrailers)
        await putHead(id, 'response-trailers', section, answeredAtUs);
      const counts = await putMessages(id, exchange.messages);
      sink.putExchange({
        ...record,
        ...counts,
        requestBytes: Math.max(record.requestBytes, counts?.requestBytes ?? 0),
        responseBytes: Math.max(record.responseBytes, counts?.responseBytes ?? 0),
        id,
        clientConversation,
        serverConversation,
        recorded: requestProblem ?? responseProblem ?? record.recorded,
      });
      const { color, pinned } = exchange;
      const comment = (exchange.comment ?? '').slice(0, commentCharsMax);
      if (marked.length < marksMax && (comment !== '' || color !== null || pinned)) {
        marked.push({ id, comment, color, pinned });
      }
      waitingRecords += 1;
      await makeRoom(0);
    },
    finish: async () => {
      await draft.flush();
      for (const { id, ...mark } of marked) {
        const done = await draft.markIds([id], mark);
        if (!done.ok) throw new Error(done.error.message);
      }
    },
  };
}

/** The same pieces; how they ended is noted. */
async function* noting(
  pieces: AsyncGenerator<Uint8Array, string | null>,
  ending: { problem: string | null },
): AsyncGenerator<Uint8Array, string | null> {
  const problem = yield* pieces;
  ending.problem = problem;
  return problem;
}
