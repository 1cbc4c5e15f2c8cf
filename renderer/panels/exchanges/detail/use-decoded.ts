import { useEffect, useState } from 'react';
import type { Decoded, Decoder } from '../../../../core/decoders/decoder.ts';
import type { Result } from '../../../../core/model/result.ts';
import { decode } from '../../../decoding/decode.ts';
import type { BodyPages } from '../../../state/body-pages.ts';

export interface DecodedBodyState {
  readonly result: Result<Decoded>;
  readonly bytes: Uint8Array;
  readonly complete: boolean;
}

/** Reads as much of a body as the decoder takes and has it decoded beside the window. */
export function useDecoded(
  pages: BodyPages,
  decoder: Decoder,
  contentType: string | null,
): { readonly state: DecodedBodyState | null; readonly readSoFar: number } {
  const [state, setState] = useState<DecodedBodyState | null>(null);
  const [readSoFar, setReadSoFar] = useState(0);
  useEffect(() => {
    const turn = new AbortController();
    void (async () => {
      const { signal } = turn;
      const over = () => signal.aborted;
      const bytes = await pages.read(0, decoder.bytesMax, signal, setReadSoFar);
      if (over()) return;
      const { totalBytes = null, decodeError = null } = pages.info.get() ?? {};
      const complete = decodeError === null && totalBytes !== null && totalBytes <= bytes.length;
      const sample = { contentType, bytes, complete };
      const result = await decode({ kind: 'decode', decoder: decoder.id, sample }, signal);
      if (over() || (result.ok && result.value.kind === 'laid-out')) return;
      setState({ result: result as Result<Decoded>, bytes, complete: complete || decodeError !== null });
    })();
    return () => turn.abort();
  }, [pages, decoder, contentType]);
  return { state, readSoFar };
}
