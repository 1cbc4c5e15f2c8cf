import type { ByteSource, Pieces } from '../../../core/encoding/byte-source.ts';
import { onePiece } from '../../../core/encoding/byte-source.ts';
import type {
  FileReader,
  FormatBody,
  FormatExchange,
  FormatHeads,
  FormatRecord,
  ImportReport,
  WriteContext,
} from '../../../core/formats/format.ts';
import { unknownRecord } from '../../../core/formats/format.ts';
import { nodePlatform } from '../../support/platform.ts';

export const writeContext: WriteContext = { platform: nodePlatform, redact: false, programVersion: '1.2.3' };

/** A source that gives at most `stepBytes` at once, as a slow disk may. */
export function sourceOf(content: string | Uint8Array, stepBytes = 1 << 30): ByteSource {
  const bytes = typeof content === 'string' ? new Uint8Array(Buffer.from(content)) : content;
  return {
    sizeBytes: bytes.length,
    read: (from, to) => Promise.resolve(bytes.slice(from, Math.min(to, from + stepBytes))),
  };
}

export interface Told {
  readonly skipped: { index: number; reason: string }[];
  readonly warnings: string[];
  isCut: boolean;
}

export function createReport(): ImportReport & { readonly told: Told } {
  const told: Told = { skipped: [], warnings: [], isCut: false };
  return {
    told,
    skip: (index, reason) => told.skipped.push({ index, reason }),
    warn: (sentence) => {
      if (!told.warnings.includes(sentence)) told.warnings.push(sentence);
    },
    cut: () => {
      told.isCut = true;
    },
  };
}

/** An exchange with its bodies as text, one character a byte. */
export interface Flat extends Omit<FormatExchange, 'requestBody' | 'responseBody'> {
  readonly requestText: string;
  readonly responseText: string;
}

export async function readAll(
  reader: FileReader,
  content: string | Uint8Array,
  stepBytes?: number,
): Promise<{ exchanges: Flat[]; told: Told }> {
  const report = createReport();
  const exchanges: Flat[] = [];
  for await (const exchange of reader(sourceOf(content, stepBytes), { platform: nodePlatform, report })) {
    exchanges.push(await flatten(exchange));
  }
  return { exchanges, told: report.told };
}

export async function flatten({ requestBody, responseBody, ...rest }: FormatExchange): Promise<Flat> {
  return {
    ...rest,
    requestText: await bodyText(requestBody),
    responseText: await bodyText(responseBody),
  };
}

export async function bodyText({ wire, content }: FormatBody): Promise<string> {
  const open = content ?? wire;
  return open === null ? '' : piecesText(open());
}

export async function piecesText(pieces: Pieces): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return Buffer.concat(parts).toString('latin1');
}

/** A body that no coding was applied to. */
export function plainBody(text: string | Uint8Array): FormatBody {
  const bytes = typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'latin1')) : text;
  const open = (): Pieces => onePiece(bytes);
  return { wire: open, content: open };
}

export const noHeads: FormatHeads = {
  request: null,
  interim: [],
  response: null,
  requestTrailers: [],
  responseTrailers: [],
};

export function formatExchange(
  changes: Partial<FormatExchange> = {},
  record: Partial<FormatRecord> = {},
): FormatExchange {
  return {
    record: {
      ...unknownRecord,
      method: 'GET',
      scheme: 'https',
      host: 'shop.test',
      port: 443,
      path: '/',
      ...record,
    },
    clientLeg: null,
    serverLeg: null,
    heads: noHeads,
    requestBody: plainBody(''),
    responseBody: plainBody(''),
    comment: null,
    color: null,
    pinned: false,
    ...changes,
  };
}

// eslint-disable-next-line @typescript-eslint/require-await
export async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export async function joinedText(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}
