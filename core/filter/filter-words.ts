import { markColors, type NumberField, type StateTerm, type TextField } from './node.ts';

/** How the value of a number field is written. */
export type NumberUnit = 'plain' | 'status' | 'grpc-status' | 'bytes' | 'time' | 'moment';

/** What stands behind the colon of a field. */
export type FilterTakes =
  | { readonly kind: 'text'; readonly field: TextField }
  | { readonly kind: 'number'; readonly field: NumberField; readonly unit: NumberUnit }
  | { readonly kind: 'body'; readonly side: 'request' | 'response' | 'either' }
  | { readonly kind: 'header'; readonly side: 'request' | 'response' | 'either' }
  | { readonly kind: 'states'; readonly states: readonly StateWord[] };

export interface StateWord {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly meaning: string;
  /** It holds if one of these does. */
  readonly states: readonly StateTerm['state'][];
}

export interface FilterWord {
  /** As written before the colon, lower case. A header field is followed by a dot and the header's name. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** One sentence. */
  readonly meaning: string;
  /** Whole terms; the first one is the shortest to understand. */
  readonly examples: readonly [string, ...string[]];
  readonly takes: FilterTakes;
}

const stateWord = (name: string, state: StateTerm['state'], meaning: string): StateWord => ({
  name,
  aliases: [],
  meaning,
  states: [state],
});

const isWords: readonly StateWord[] = [
  stateWord('open', 'open', 'Still running.'),
  stateWord('done', 'done', 'Ended as it should.'),
  stateWord('failed', 'failed', 'Ended by an error.'),
  stateWord('interrupted', 'interrupted', 'Plumbline itself ended while it was open.'),
  stateWord('tunnel', 'tunnel', 'A connection that was passed through unread.'),
  stateWord('reused', 'reused', 'Sent on a connection to the server that was already open.'),
  stateWord('pinned', 'pinned', 'Pinned by you.'),
  stateWord('incomplete', 'incomplete', 'Bytes of it are missing from the session.'),
  { ...stateWord('websocket', 'websocket', 'A WebSocket.'), aliases: ['ws'] },
  { ...stateWord('sse', 'eventStream', 'A stream of server-sent events.'), aliases: ['event-stream'] },
  stateWord('grpc', 'grpc', 'A gRPC call.'),
  {
    ...stateWord('long-lived', 'longLived', 'It stays open on purpose, so that its length is no slowness.'),
    aliases: ['longlived', 'streaming'],
  },
];

const hasWords: readonly StateWord[] = [
  stateWord('error', 'error', 'An error was recorded.'),
  stateWord('comment', 'comment', 'You wrote a comment on it.'),
  { ...stateWord('color', 'color', 'You gave it a colour.'), aliases: ['colour'] },
  {
    name: 'body',
    aliases: [],
    meaning: 'The request or the response has a body.',
    states: ['requestBody', 'responseBody'],
  },
  stateWord('request-body', 'requestBody', 'The request has a body.'),
  stateWord('response-body', 'responseBody', 'The response has a body.'),
];

const colorWords: readonly StateWord[] = markColors.map((color) => ({
  ...stateWord(color, color, `Marked ${color}.`),
  aliases: color === 'grey' ? ['gray'] : [],
}));

/** Every field of the filter language. Parser, completion and help all read this one list. */
export const filterWords: readonly FilterWord[] = [
  {
    name: 'host',
    aliases: [],
    meaning: 'The name or address of the server; with a colon in the value also its port.',
    examples: ['host:api', 'host:*.shop.test', 'host:=localhost:8080'],
    takes: { kind: 'text', field: 'host' },
  },
  {
    name: 'path',
    aliases: [],
    meaning: 'The path and query of the URL, as sent.',
    examples: ['path:/products', 'path:*.js', 'path:/\\/v[12]\\//'],
    takes: { kind: 'text', field: 'path' },
  },
  {
    name: 'url',
    aliases: [],
    meaning: 'The whole URL.',
    examples: ['url:https://api.shop.test/products'],
    takes: { kind: 'text', field: 'url' },
  },
  {
    name: 'method',
    aliases: [],
    meaning: 'The request method.',
    examples: ['method:POST', 'method:GET,HEAD'],
    takes: { kind: 'text', field: 'method' },
  },
  {
    name: 'status',
    aliases: [],
    meaning: 'The status code of the response.',
    examples: ['status:404', 'status:4xx', 'status:>=400', 'status:200-299'],
    takes: { kind: 'number', field: 'status', unit: 'status' },
  },
  {
    name: 'type',
    aliases: [],
    meaning: 'The media type of the response, without parameters.',
    examples: ['type:json', 'type:=text/html'],
    takes: { kind: 'text', field: 'type' },
  },
  {
    name: 'time',
    aliases: ['duration'],
    meaning: 'How long an ended exchange took, from the first byte of the request to its end.',
    examples: ['time:>500ms', 'time:1s..2s'],
    takes: { kind: 'number', field: 'time', unit: 'time' },
  },
  {
    name: 'wait',
    aliases: ['ttfb'],
    meaning: 'From the last byte of the request sent to the first byte of the response.',
    examples: ['wait:>200ms'],
    takes: { kind: 'number', field: 'wait', unit: 'time' },
  },
  {
    name: 'size',
    aliases: ['response-size'],
    meaning: 'The bytes of the response body on the wire.',
    examples: ['size:>100k', 'size:1M-5M', 'size:<4KiB'],
    takes: { kind: 'number', field: 'size', unit: 'bytes' },
  },
  {
    name: 'request-size',
    aliases: ['reqsize'],
    meaning: 'The bytes of the request body on the wire.',
    examples: ['request-size:>1M'],
    takes: { kind: 'number', field: 'requestSize', unit: 'bytes' },
  },
  {
    name: 'is',
    aliases: [],
    meaning: 'How the exchange stands.',
    examples: ['is:failed', 'is:open', 'is:tunnel,reused'],
    takes: { kind: 'states', states: isWords },
  },
  {
    name: 'has',
    aliases: [],
    meaning: 'What the exchange has; a header too, by its name.',
    examples: ['has:error', 'has:request-body', 'has:header.set-cookie'],
    takes: { kind: 'states', states: hasWords },
  },
  {
    name: 'header',
    aliases: [],
    meaning: 'A header of the request or the response; without a value, that it is there.',
    examples: ['header.content-type:json', 'header.set-cookie'],
    takes: { kind: 'header', side: 'either' },
  },
  {
    name: 'request.header',
    aliases: ['req.header'],
    meaning: 'A header of the request.',
    examples: ['request.header.authorization', 'request.header.accept:html'],
    takes: { kind: 'header', side: 'request' },
  },
  {
    name: 'response.header',
    aliases: ['res.header'],
    meaning: 'A header of the response.',
    examples: ['response.header.cache-control:no-store'],
    takes: { kind: 'header', side: 'response' },
  },
  {
    name: 'body',
    aliases: [],
    meaning: 'Text in the decoded body of the request or the response.',
    examples: ['body:"order id"'],
    takes: { kind: 'body', side: 'either' },
  },
  {
    name: 'request-body',
    aliases: [],
    meaning: 'Text in the decoded body of the request.',
    examples: ['request-body:password'],
    takes: { kind: 'body', side: 'request' },
  },
  {
    name: 'response-body',
    aliases: [],
    meaning: 'Text in the decoded body of the response.',
    examples: ['response-body:/"id":\\s*17/'],
    takes: { kind: 'body', side: 'response' },
  },
  {
    name: 'started',
    aliases: [],
    meaning: 'When the first byte of the request came: a time of today, a date with time, or how long ago.',
    examples: ['started:<5m', 'started:>10:32:05', 'started:2026-03-01T10:00Z..2026-03-01T11:00Z'],
    takes: { kind: 'number', field: 'started', unit: 'moment' },
  },
  {
    name: 'error',
    aliases: [],
    meaning: 'The code or the sentence of the error.',
    examples: ['error:ECONNREFUSED'],
    takes: { kind: 'text', field: 'error' },
  },
  {
    name: 'app',
    aliases: [],
    meaning: 'The program that sent the request, where it is known.',
    examples: ['app:chrome'],
    takes: { kind: 'text', field: 'app' },
  },
  {
    name: 'scheme',
    aliases: [],
    meaning: 'http or https; tcp or tls for tunnels.',
    examples: ['scheme:=http'],
    takes: { kind: 'text', field: 'scheme' },
  },
  {
    name: 'protocol',
    aliases: [],
    meaning: 'The protocol spoken with the server.',
    examples: ['protocol:h2', 'protocol:http/1.0'],
    takes: { kind: 'text', field: 'protocol' },
  },
  {
    name: 'port',
    aliases: [],
    meaning: 'The port of the server.',
    examples: ['port:8080', 'port:>=1024'],
    takes: { kind: 'number', field: 'port', unit: 'plain' },
  },
  {
    name: 'id',
    aliases: [],
    meaning: 'The number of the exchange, as in its row; #17 is short for id:17.',
    examples: ['id:17', 'id:100..200'],
    takes: { kind: 'number', field: 'id', unit: 'plain' },
  },
  {
    name: 'color',
    aliases: ['colour'],
    meaning: 'The colour that you gave it.',
    examples: ['color:red', 'color:red,orange'],
    takes: { kind: 'states', states: colorWords },
  },
  {
    name: 'comment',
    aliases: [],
    meaning: 'The comment that you wrote on it.',
    examples: ['comment:todo'],
    takes: { kind: 'text', field: 'comment' },
  },
  {
    name: 'note',
    aliases: [],
    meaning: 'What Plumbline noted about it, such as why a connection was passed through unread.',
    examples: ['note:unread'],
    takes: { kind: 'text', field: 'note' },
  },
  {
    name: 'blocked',
    aliases: [],
    meaning: 'Time before anything could be sent for the request, such as waiting for a free connection.',
    examples: ['blocked:>10ms'],
    takes: { kind: 'number', field: 'blocked', unit: 'time' },
  },
  {
    name: 'dns',
    aliases: [],
    meaning: 'Time to look up the name of the server.',
    examples: ['dns:>50ms'],
    takes: { kind: 'number', field: 'dns', unit: 'time' },
  },
  {
    name: 'connect',
    aliases: [],
    meaning: 'Time to make the TCP connection to the server, without TLS.',
    examples: ['connect:>50ms'],
    takes: { kind: 'number', field: 'connect', unit: 'time' },
  },
  {
    name: 'tls',
    aliases: [],
    meaning: 'Time of the TLS handshake with the server.',
    examples: ['tls:>100ms'],
    takes: { kind: 'number', field: 'tls', unit: 'time' },
  },
  {
    name: 'send',
    aliases: [],
    meaning: 'Time to hand the request to the server.',
    examples: ['send:>100ms'],
    takes: { kind: 'number', field: 'send', unit: 'time' },
  },
  {
    name: 'receive',
    aliases: [],
    meaning: 'From the first to the last byte of the response.',
    examples: ['receive:>1s'],
    takes: { kind: 'number', field: 'receive', unit: 'time' },
  },
  {
    name: 'added',
    aliases: [],
    meaning: 'Time that Plumbline itself added.',
    examples: ['added:>500us'],
    takes: { kind: 'number', field: 'added', unit: 'time' },
  },
  {
    name: 'stall',
    aliases: [],
    meaning: 'Time in which the application or the server took no bytes.',
    examples: ['stall:>100ms'],
    takes: { kind: 'number', field: 'stall', unit: 'time' },
  },
  {
    name: 'messages',
    aliases: [],
    meaning: 'How many messages went inside it: WebSocket frames, server-sent events, gRPC messages.',
    examples: ['messages:>0', 'messages:>=1000'],
    takes: { kind: 'number', field: 'messages', unit: 'plain' },
  },
  {
    name: 'grpc-status',
    aliases: ['grpc', 'grpcstatus'],
    meaning: 'The status code of a gRPC call, by its number or its name.',
    examples: ['grpc-status:>0', 'grpc-status:UNAVAILABLE', 'grpc-status:4,14'],
    takes: { kind: 'number', field: 'grpcStatus', unit: 'grpc-status' },
  },
  {
    name: 'stream',
    aliases: ['h2stream'],
    meaning: 'The number of the HTTP/2 stream that carried it.',
    examples: ['stream:17', 'stream:*'],
    takes: { kind: 'number', field: 'h2Stream', unit: 'plain' },
  },
  {
    name: 'starved',
    aliases: [],
    meaning: 'Time in which a side had bytes to send and the receiver gave no HTTP/2 flow-control window.',
    examples: ['starved:>50ms'],
    takes: { kind: 'number', field: 'starved', unit: 'time' },
  },
  {
    name: 'statement',
    aliases: [],
    meaning: 'What was asked of a database, with its values taken out; as it was sent, it is the path.',
    examples: ['statement:"from orders"', 'statement:insert*'],
    takes: { kind: 'text', field: 'statement' },
  },
  {
    name: 'rows',
    aliases: [],
    meaning: 'How many rows or values a database answered with.',
    examples: ['rows:>1000', 'rows:0'],
    takes: { kind: 'number', field: 'rows', unit: 'plain' },
  },
  {
    name: 'tier',
    aliases: [],
    meaning: 'Who saw it: proxy, or packets for what was read from captured packets.',
    examples: ['tier:packets'],
    takes: { kind: 'text', field: 'tier' },
  },
  {
    name: 'process',
    aliases: [],
    meaning: 'The process on this computer that sent it, by its name, its path or its number.',
    examples: ['process:node', 'process:=4711'],
    takes: { kind: 'text', field: 'process' },
  },
  {
    name: 'way',
    aliases: [],
    meaning:
      'How the application came to the proxy: proxy, connect, socks4, socks4a, socks5, transparent or reverse.',
    examples: ['way:reverse', 'way:socks5'],
    takes: { kind: 'text', field: 'way' },
  },
  {
    name: 'device',
    aliases: [],
    meaning: 'What the other machine that sent it seems to be.',
    examples: ['device:iphone'],
    takes: { kind: 'text', field: 'device' },
  },
  {
    name: 'via',
    aliases: [],
    meaning: 'The upstream proxy that it went through.',
    examples: ['via:proxy.example', 'via:*'],
    takes: { kind: 'text', field: 'via' },
  },
  {
    name: 'any',
    aliases: [],
    meaning:
      'Any of the texts above but headers, bodies and what is known of the connection; what has no field looks here too.',
    examples: ['any:/v[12]/', 'any:=GET'],
    takes: { kind: 'text', field: 'any' },
  },
];

/** The field of that name or alias, in any case. A header field has its name without the dot behind it. */
export function filterWordNamed(name: string): FilterWord | null {
  const wanted = name.toLowerCase();
  return filterWords.find((word) => word.name === wanted || word.aliases.includes(wanted)) ?? null;
}

/** `header.NAME` in any of its spellings: its field, and the header's name in lower case. */
export function headerFieldNamed(
  text: string,
): { readonly side: 'request' | 'response' | 'either'; readonly name: string } | null {
  const lower = text.toLowerCase();
  for (const { name, aliases, takes } of filterWords) {
    if (takes.kind !== 'header') continue;
    const prefix = [name, ...aliases].find((one) => lower.startsWith(`${one}.`));
    if (prefix !== undefined) return { side: takes.side, name: lower.slice(prefix.length + 1) };
  }
  return null;
}
