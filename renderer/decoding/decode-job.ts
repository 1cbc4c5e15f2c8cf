import type { BodySample, Decoded } from '../../core/decoders/decoder.ts';
import { decoders } from '../../core/decoders/index.ts';
import { scanJson } from '../../core/decoders/json-scan.ts';
import { prettyJsonValues } from '../../core/decoders/json-text.ts';
import { decodeUtf8 } from '../../core/decoders/utf8.ts';
import { prettyXml } from '../../core/decoders/xml.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';

/** Work that is too long for a frame: reading a body with one decoder, or laying text out. */
export type DecodeJob =
  | { readonly kind: 'decode'; readonly decoder: string; readonly sample: BodySample }
  | { readonly kind: 'lay-out'; readonly language: 'json' | 'xml'; readonly bytes: Uint8Array };

export interface LaidOut {
  readonly kind: 'laid-out';
  readonly text: string;
}

export function runDecodeJob(job: DecodeJob): Result<Decoded | LaidOut> {
  switch (job.kind) {
    case 'decode': {
      const decoder = decoders.find(({ id }) => id === job.decoder);
      return decoder?.decode(job.sample) ?? fail('no-decoder', `There is no decoder called ${job.decoder}.`);
    }
    case 'lay-out': {
      if (job.language === 'xml')
        return succeed({ kind: 'laid-out', text: prettyXml(decodeUtf8(job.bytes)) });
      const table = scanJson(job.bytes, true);
      if (table.problem !== null) return fail('not-json', table.problem);
      return succeed({ kind: 'laid-out', text: prettyJsonValues(table) });
    }
    default:
      return job satisfies never;
  }
}

/** The buffers of an answer, to be moved to another thread instead of copied. */
export function buffersOf(value: Decoded | LaidOut): ArrayBuffer[] {
  if (value.kind !== 'json' && value.kind !== 'tree') return [];
  const columns = Object.values(value).filter((column): column is Uint8Array<ArrayBuffer> =>
    ArrayBuffer.isView(column),
  );
  return [...new Set(columns.map(({ buffer }) => buffer))];
}
