import type { Answer, Question } from './protocol.ts';

const noBytes = new Uint8Array(0);
const prefixBytes = 8;
/** A head says a filter or a few rules; a body is one capture file. */
const headBytesMax = 1024 * 1024;
const bodyBytesMax = 256 * 1024 * 1024;

/** Calls `take` for each message of the standard input in its order; ends when the input does. Throws on what is no message. */
export async function readQuestions(
  input: AsyncIterable<Uint8Array>,
  take: (question: Question, body: Uint8Array) => Promise<void>,
): Promise<void> {
  const bytes = new Waiting();
  for await (const chunk of input) {
    bytes.add(chunk);
    for (let lengths = bytes.lengths(); lengths !== null; lengths = bytes.lengths()) {
      if (lengths.head > headBytesMax || lengths.body > bodyBytesMax)
        throw new Error('A message is too long.');
      if (bytes.held < prefixBytes + lengths.head + lengths.body) break;
      bytes.take(prefixBytes);
      const head = new TextDecoder().decode(bytes.take(lengths.head));
      const body = bytes.take(lengths.body);
      await take(JSON.parse(head) as Question, body);
    }
  }
}

/** The message as it goes over the pipe. */
export function encodeAnswer(answer: Answer, bodies: readonly Uint8Array[] = []): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(answer));
  const bodyBytes = bodies.reduce((sum, each) => sum + each.byteLength, 0);
  const message = new Uint8Array(prefixBytes + head.byteLength + bodyBytes);
  const view = new DataView(message.buffer);
  view.setUint32(0, head.byteLength);
  view.setUint32(4, bodyBytes);
  message.set(head, prefixBytes);
  let at = prefixBytes + head.byteLength;
  for (const body of bodies) {
    message.set(body, at);
    at += body.byteLength;
  }
  return message;
}

/** Bytes that came and were not taken, without joining them for each chunk. */
class Waiting {
  held = 0;
  readonly #chunks: Uint8Array[] = [];

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.held += chunk.byteLength;
  }

  lengths(): { head: number; body: number } | null {
    if (this.held < prefixBytes) return null;
    const prefix = this.take(prefixBytes);
    this.#chunks.unshift(prefix);
    this.held += prefixBytes;
    const view = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes);
    return { head: view.getUint32(0), body: view.getUint32(4) };
  }

  /** The next `bytes`, which must be there. */
  take(bytes: number): Uint8Array {
    const first = this.#chunks[0] ?? noBytes;
    this.held -= bytes;
    if (first.byteLength > bytes) {
      this.#chunks[0] = first.subarray(bytes);
      return first.subarray(0, bytes);
    }
    const taken = new Uint8Array(bytes);
    let at = 0;
    while (at < bytes) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) throw new Error('There are not so many bytes.');
      const part = chunk.subarray(0, bytes - at);
      taken.set(part, at);
      at += part.byteLength;
      if (part.byteLength === chunk.byteLength) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.byteLength);
    }
    return taken;
  }
}
