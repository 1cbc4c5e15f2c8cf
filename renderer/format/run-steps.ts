import { byteCount } from '../../core/decoders/byte-reader.ts';
import { transformInput, type TransformInput } from '../../core/decoders/transforms.ts';
import { decodeUtf8, isUtf8 } from '../../core/decoders/utf8.ts';
import { formatBytesAs } from './hex.ts';
import type { Step } from './runtime-transforms.ts';

export interface StepsOutcome {
  readonly text: string;
  readonly bytes: number;
  /** Size, and whether the text stands for bytes. */
  readonly note: string | null;
  /** Which step could not go on, and why; `text` is what the one before it gave. */
  readonly problem: string | null;
}

/** Applies steps one after another; bytes that are no text are shown in hexadecimal at the end. */
export async function runSteps(input: TransformInput, chain: readonly Step[]): Promise<StepsOutcome> {
  let now = input;
  for (const [index, step] of chain.entries()) {
    const result = await step.apply(now);
    if (!result.ok) return outcomeOf(now, `Step ${index + 1}, ${step.name}: ${result.error.message}`);
    const { value } = result;
    now =
      typeof value === 'string'
        ? transformInput(value, input.nowMs)
        : { bytes: value, text: decodeUtf8(value), nowMs: input.nowMs };
  }
  return outcomeOf(now, null);
}

function outcomeOf({ bytes, text }: TransformInput, problem: string | null): StepsOutcome {
  const readable = isUtf8(bytes);
  return {
    text: readable ? text : formatBytesAs(bytes, 'hex'),
    bytes: bytes.length,
    note: readable ? byteCount(bytes.length) : `${byteCount(bytes.length)} that are not text, in hexadecimal`,
    problem,
  };
}
