/**
 * The pipe to the dissection process: length of the head, length of the body (32 bits each, big-endian), head as JSON, body. What the
 * heads say is written down in dissection/protocol.ts, which must not be imported: that program is under another licence.
 */
export interface PipeAnswer {
  readonly id: number;
  readonly memoryBytes: number;
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly body: Uint8Array;
}

const prefixBytes = 8;
/** A longer answer is no answer. */
const answerBytesMax = 512 * 1024 * 1024;

/** The two parts of a question, to be written one after the other. */
export function encodeQuestion(head: object, body: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const text = Buffer.from(JSON.stringify(head));
  const first = Buffer.alloc(prefixBytes + text.byteLength);
  first.writeUInt32BE(text.byteLength, 0);
  first.writeUInt32BE(body.byteLength, 4);
  text.copy(first, prefixBytes);
  return [first, body];
}

/** Puts answers together from chunks. Returns those that are whole; null when what came is no answer. */
export class AnswerReader {
  #chunks: Uint8Array[] = [];
  #held = 0;
  #wanted = prefixBytes;

  read(chunk: Uint8Array): readonly PipeAnswer[] | null {
    this.#chunks.push(chunk);
    this.#held += chunk.byteLength;
    const answers: PipeAnswer[] = [];
    while (this.#held >= this.#wanted) {
      const bytes = Buffer.concat(this.#chunks);
      this.#chunks = [bytes];
      const headBytes = bytes.readUInt32BE(0);
      const bodyBytes = bytes.readUInt32BE(4);
      const total = prefixBytes + headBytes + bodyBytes;
      if (total > answerBytesMax) return null;
      this.#wanted = total;
      if (this.#held < total) break;
      const head = headOf(bytes.subarray(prefixBytes, prefixBytes + headBytes));
      if (head === null) return null;
      answers.push({ ...head, body: new Uint8Array(bytes.subarray(prefixBytes + headBytes, total)) });
      this.#chunks = [bytes.subarray(total)];
      this.#held -= total;
      this.#wanted = prefixBytes;
    }
    return answers;
  }
}

function headOf(bytes: Buffer): Omit<PipeAnswer, 'body'> | null {
  try {
    return JSON.parse(bytes.toString('utf8')) as Omit<PipeAnswer, 'body'>;
  } catch {
    return null;
  }
}
