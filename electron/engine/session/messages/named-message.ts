import { grpcMethod } from '../../../../core/decoders/grpc-call.ts';
import { readNamed } from '../../../../core/decoders/protobuf-names.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { fail, succeed } from '../../../../core/model/result.ts';
import { readProtoFiles, type ProtoFiles } from '../../protos/proto-files.ts';
import type { MessageQuestions, NamedMessageAnswer } from '../answers.ts';
import type { ExchangeReader } from '../exchange-detail.ts';
import type { LongExchange, LongExchanges } from './long-exchange.ts';
import { readContent } from './message-content.ts';
import { isData } from './message-row.ts';

/** Shows gRPC messages with the names of `.proto` files, which are read when they are first needed. */
export interface NamedMessages {
  readonly read: MessageQuestions['namedMessage'];
  readonly check: MessageQuestions['checkProtos'];
}

const unnamed: NamedMessageAnswer = { type: null, json: '', problem: null };
const indentSpaces = 2;
const jsonCharsMax = 33_554_432;

export function createNamedMessages(exchanges: ExchangeReader, open: LongExchanges): NamedMessages {
  let held: { readonly key: string; readonly files: Promise<ProtoFiles> } | null = null;

  function filesOf(paths: readonly string[], again: boolean): Promise<ProtoFiles> {
    const key = JSON.stringify(paths);
    if (held?.key !== key || again) held = { key, files: readProtoFiles(paths) };
    return held.files;
  }

  return {
    read: async (exchangeId, at, paths) => {
      const record = exchanges.exchange(exchangeId);
      const exchange = open(exchangeId);
      if (record === null || exchange === null)
        return fail('no-such-exchange', 'This exchange is not in the session.');
      const called = paths.length === 0 ? null : grpcMethod(record.path);
      exchange.index.refresh();
      const index = 'index' in at ? at.index : onlyOf(exchange, at.only);
      const message = index === null ? null : exchange.index.at(index);
      if (called === null || index === null || message?.kind !== 'grpc' || !isData(message))
        return succeed(unnamed);
      const type = (await filesOf(paths, false)).typeOf(called.service, called.method, message.side);
      const content = type === null ? null : await readContent(exchange, index);
      if (type === null || content === null || content.state === 'undecodable') return succeed(unnamed);
      const { value, problem } = readNamed(content.bytes, type.message);
      const json = JSON.stringify(value, null, indentSpaces);
      return succeed(
        json.length > jsonCharsMax
          ? { ...unnamed, problem: 'With names this message is too large to be shown.' }
          : { type: type.name, json, problem: problem ?? content.problem },
      );
    },
    check: async (paths) => {
      const { files, services, problems } = await filesOf(paths, true);
      return succeed({ files, services, problems: [...problems] });
    },
  };
}

/** Null where a side has sent none, or several. */
function onlyOf(exchange: LongExchange, side: BodySide): number | null {
  const places = exchange.index.side(side);
  const found: number[] = [];
  for (let place = 0; place < Math.min(places.length, 3); place += 1) {
    const record = places.at(place);
    if (record !== undefined && isData(record)) found.push(places.indexOf(place));
  }
  return found.length === 1 && places.length <= 2 ? (found[0] ?? null) : null;
}
