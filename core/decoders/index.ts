import { cbor } from './cbor.ts';
import type { Decoder } from './decoder.ts';
import { eventStream } from './event-stream.ts';
import { graphql } from './graphql.ts';
import { json } from './json.ts';
import { jsonRpc } from './json-rpc.ts';
import { jwt } from './jwt.ts';
import { messagePack } from './message-pack.ts';
import { multipart } from './multipart.ts';
import { protobuf } from './protobuf.ts';
import { urlencoded } from './urlencoded.ts';
import { xml } from './xml.ts';

/** Every format that is read, the more specific before the more general: the first that recognises a body is shown. */
export const decoders: readonly Decoder[] = [
  graphql,
  jsonRpc,
  eventStream,
  jwt,
  multipart,
  urlencoded,
  xml,
  json,
  messagePack,
  cbor,
  protobuf,
];
