import Database from 'better-sqlite3';
import {
  packPiece,
  pieceCodeAt,
  storedPieceBytes,
  unpackPieces,
} from '../../electron/engine/session/piece-list.ts';
import { openSession } from '../../electron/engine/session/session.ts';
import { exchangeRecord } from './records.ts';
import { writerAndReader } from './workers.ts';

/** A body of any size that takes little room in the file: one block, pointed at many times. */
export interface RepeatedBody {
  readonly first: Uint8Array;
  readonly block: Uint8Array;
  readonly count: number;
  readonly last: Uint8Array;
}

export interface RecordedBody {
  readonly method?: string;
  readonly path: string;
  readonly type: string;
  readonly requestLines?: readonly string[];
  readonly request?: Uint8Array;
  readonly responseLines?: readonly string[];
  readonly body: Uint8Array | RepeatedBody;
}

const startUs = 1_795_000_000_000_000;
/** Blocks in one row of pieces, as one transaction of a live recording would bring them. */
const blocksPerRow = 128;

/** Writes a session file with one finished exchange for each body, ids from 1. */
export async function writeBodySession(file: string, bodies: readonly RecordedBody[]): Promise<void> {
  const opened = await openSession({ path: file, mode: 'create' }, writerAndReader);
  if (!opened.ok) throw new Error(opened.error.message);
  const { sink, flush, close } = opened.value;
  const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
  for (const recorded of bodies) {
    const id = sink.nextExchangeId();
    const { method = recorded.request === undefined ? 'GET' : 'POST', path, type, request, body } = recorded;
    const at = startUs + id * 20_000;
    sink.putExchange(
      exchangeRecord({
        ...{ id, method, path, contentType: type.split(';', 1)[0] ?? type, startedAtUs: at },
        ...{
          sentFromUs: at + 200,
          sentToUs: at + 900,
          responseFromUs: at + 30_000,
          responseToUs: at + 80_000,
        },
        ...{ requestEndedAtUs: at + 900, clientFromUs: at + 30_300, endedAtUs: at + 81_000 },
        ...{ clientConversation: null, serverConversation: null },
        requestBytes: request?.length ?? 0,
        responseBytes: sizeOf(body),
      }),
    );
    const requestHead = [
      `${method} ${path} HTTP/1.1`,
      'Host: api.shop.test',
      ...(recorded.requestLines ?? []),
    ];
    sink.putHead(id, 'request', bytesOf(`${requestHead.join('\r\n')}\r\n\r\n`), at);
    if (request !== undefined) sink.appendBody(id, 'request', request, at);
    const responseHead = ['HTTP/1.1 200 OK', `Content-Type: ${type}`, ...(recorded.responseLines ?? [])];
    sink.putHead(id, 'response', bytesOf(`${responseHead.join('\r\n')}\r\n\r\n`), at);
    await flush();
    const parts = body instanceof Uint8Array ? [body] : [body.first, body.block, body.last];
    for (const part of parts) {
      sink.appendBody(id, 'response', part, at);
      await flush();
    }
  }
  await close();
  bodies.forEach(({ body }, index) => {
    if (!(body instanceof Uint8Array)) repeatBlock(file, index + 1, body.count);
  });
}

function sizeOf(body: Uint8Array | RepeatedBody): number {
  if (body instanceof Uint8Array) return body.length;
  return body.first.length + body.block.length * body.count + body.last.length;
}

/** The last three rows of the exchange hold first part, block and last part: the block's row becomes many. */
function repeatBlock(file: string, exchangeId: number, count: number): void {
  const db = new Database(file);
  const rows = db
    .prepare('SELECT seq, packed, responseBytes FROM pieces WHERE exchangeId = ? ORDER BY seq')
    .all(exchangeId) as { seq: number; packed: Buffer; responseBytes: number }[];
  const [block, last] = rows.slice(-2);
  if (block === undefined || last === undefined)
    throw new Error('The parts of the body are not in rows of their own.');
  const insert = db.prepare(
    'INSERT INTO pieces (exchangeId, seq, heads, requestBytes, responseBytes, packed) VALUES (?, ?, 0, 0, ?, ?)',
  );
  db.transaction(() => {
    db.prepare('DELETE FROM pieces WHERE exchangeId = ? AND seq >= ?').run(exchangeId, block.seq);
    let seq = block.seq;
    for (let left = count; left > 0; left -= blocksPerRow) {
      const times = Math.min(blocksPerRow, left);
      insert.run(
        exchangeId,
        seq,
        block.responseBytes * times,
        Buffer.concat(Array(times).fill(repack(block.packed))),
      );
      seq += 1;
    }
    insert.run(exchangeId, seq, last.responseBytes, last.packed);
  })();
  db.close();
}

/** The stored form without entries of other kinds. */
function repack(packed: Buffer): Buffer {
  const pieces = unpackPieces(packed, (kind) => kind === 'response-body');
  const view = new DataView(new ArrayBuffer(pieces.length * storedPieceBytes));
  const code = pieceCodeAt(new DataView(packed.buffer, packed.byteOffset), 0);
  pieces.forEach(({ slabId, offset, length, atUs }, index) =>
    packPiece(view, index * storedPieceBytes, code, slabId, offset, length, atUs),
  );
  return Buffer.from(view.buffer);
}
