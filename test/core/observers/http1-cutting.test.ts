import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Http1Event } from '../../../core/observers/http1-events.ts';
import type { Http1Limits } from '../../../core/observers/http1.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import {
  type Arrival,
  breach,
  bytesOf,
  client,
  cutter,
  ends,
  joinBodies,
  type Played,
  playInChunks,
  server,
  type Step,
  STEP_US,
  textOf,
} from './http1-script.ts';

/** What a generated exchange says, to compare with what was read. */
interface Exchange {
  readonly method: string;
  readonly requestBody: string;
  readonly status: number;
  readonly responseBody: string;
}

interface Conversation {
  readonly steps: readonly Step[];
  readonly exchanges: readonly Exchange[];
}

const lineEnd = fc.constantFrom('\r\n', '\r\n', '\n');
const data = fc.string({ unit: 'binary-ascii', maxLength: 40 });
const fields = fc.array(
  fc.constantFrom(
    'Host: h',
    'X-Long: abcdefghijklmnop',
    'accept:*/*',
    'Empty:',
    'Connection: keep-alive',
    'A: b\r\n folded',
  ),
  { maxLength: 4 },
);

const framing = fc.record({
  kind: fc.constantFrom('length', 'chunked'),
  data,
  chunkBytes: fc.integer({ min: 1, max: 12 }),
  extension: fc.constantFrom('', ';a', ' ;name="va;lue"'),
  trailers: fc.constantFrom('', 'Digest: x\r\n', 'A: 1\r\nB: 2\r\n'),
});
type BodyForm = typeof framing extends fc.Arbitrary<infer Form> ? Form : never;

const exchange = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'M-SEARCH'),
  request: framing,
  status: fc.constantFrom(200, 204, 304, 404, 500),
  response: framing,
  interim: fc.integer({ min: 0, max: 2 }),
  emptyLines: fc.constantFrom('', '', '\r\n', '\n\r\n'),
  end: lineEnd,
  fields,
  early: fc.boolean(),
});

const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    list: fc.array(exchange, { maxLength: 4 }),
    pipelined: fc.boolean(),
    last: fc.constantFrom(
      'none',
      'tunnel',
      'refused',
      'upgrade',
      'early-upgrade',
      'until-close',
      'reset',
      '408',
    ),
    tail: data,
  })
  .map(({ list, pipelined, last, tail }) => {
    const asked: Step[] = [];
    const answered: Step[] = [];
    const inTurn: Step[] = [];
    const exchanges: Exchange[] = [];
    for (const item of list) {
      const withBody = item.method === 'POST';
      const requestBody = withBody ? body(item.request, item.end) : { fields: [], text: '' };
      const requestHead = head(
        [`${item.method} /path HTTP/1.1`, ...item.fields, ...requestBody.fields],
        item.end,
      );
      const noBody = item.method === 'HEAD' || item.status === 204 || item.status === 304;
      const responseBody = body(item.response, item.end);
      const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(item.interim);
      const responseHead = head(
        [`HTTP/1.1 ${item.status} Text`, ...item.fields, ...responseBody.fields],
        item.end,
      );
      const answer = interim + responseHead + (noBody ? '' : responseBody.text);
      asked.push(client(item.emptyLines + requestHead + requestBody.text));
      answered.push(server(answer));
      if (item.early)
        inTurn.push(client(item.emptyLines + requestHead), server(answer), client(requestBody.text));
      else inTurn.push(client(item.emptyLines + requestHead + requestBody.text), server(answer));
      exchanges.push({
        method: item.method,
        requestBody: withBody ? item.request.data : '',
        status: item.status,
        responseBody: noBody ? '' : item.response.data,
      });
    }
    return {
      steps: [...(pipelined ? [...asked, ...answered] : inTurn), ...lastSteps(last, tail)],
      exchanges,
    };
  });

function head(lines: readonly string[], end: string): string {
  return `${lines.join(end)}${end}${end}`;
}

function body(form: BodyForm, end: string): { fields: string[]; text: string } {
  if (form.kind === 'length') return { fields: [`Content-Length: ${form.data.length}`], text: form.data };
  let text = '';
  for (let at = 0; at < form.data.length; at += form.chunkBytes) {
    const chunk = form.data.slice(at, at + form.chunkBytes);
    text += `${chunk.length.toString(16)}${form.extension}${end}${chunk}${end}`;
  }
  return {
    fields: ['Transfer-Encoding: chunked'],
    text: `${text}0${form.extension}${end}${form.trailers}${end}`,
  };
}

function lastSteps(kind: string, tail: string): Step[] {
  const connect = 'CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n';
  const upgrade = 'POST /u HTTP/1.1\r\nUpgrade: x\r\nContent-Length: 4\r\n\r\nab';
  const next = 'GET /next HTTP/1.1\r\n\r\nGET /half';
  const switches = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n';
  switch (kind) {
    case 'tunnel':
      return [client(connect + tail), client(tail), server(`HTTP/1.1 200 OK\r\n\r\n${tail}`), client(tail)];
    case 'refused':
      return [
        client(connect + next),
        server('HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno'),
        ends('client'),
        ends('server'),
      ];
    case 'upgrade':
      return [client(`${upgrade}cd`), server(switches + tail), client(tail)];
    case 'early-upgrade':
      return [client(upgrade), server(switches + tail), server(tail), client(`cd${tail}`)];
    case 'until-close':
      return [
        client('GET / HTTP/1.0\r\n\r\n'),
        server(`HTTP/1.0 200 OK\r\n\r\n${tail}`),
        ends('server'),
        ends('client'),
      ];
    case 'reset':
      return [client(upgrade), ends('client', 'reset'), ends('server', 'reset')];
    case '408':
      return [server('HTTP/1.1 408 Request Timeout\r\n\r\n'), ends('server')];
    default:
      return [];
  }
}

/** One change of the bytes of a step: some are taken out at a place, others put in. */
const edit = fc.record({
  step: fc.nat(40),
  at: fc.nat(400),
  taken: fc.integer({ min: 0, max: 3 }),
  put: fc.oneof(
    fc.constantFrom('', '\r', '\n', '\r\n', ' ', ':', '\0', '\r\n\r\n', '5', 'Content-Length: 3\r\n', 'x'),
    fc.string({ unit: 'binary-ascii', maxLength: 3 }),
  ),
});

const corrupted: fc.Arbitrary<readonly Step[]> = fc
  .tuple(conversation, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([{ steps }, edits]) => {
    const changed = [...steps];
    for (const { step, at, taken, put } of edits) {
      const index = step % Math.max(1, changed.length);
      const target = changed[index];
      if (target === undefined || 'ends' in target) continue;
      const text = textOf(target.bytes);
      const place = at % (text.length + 1);
      changed[index] = { ...target, bytes: bytesOf(text.slice(0, place) + put + text.slice(place + taken)) };
    }
    return changed;
  });

const cutting = fc.record({
  seed: fc.nat(),
  chunkBytesMax: fc.constantFrom(1, 3, 20, 100),
});

const limits: fc.Arbitrary<Partial<Http1Limits>> = fc.constantFrom(
  {},
  { headBytesMax: 64, trailersBytesMax: 12, chunkLineBytesMax: 6, earlyBytesMax: 16, waitingMax: 2 },
);

/** Events without what may depend on the cutting: body data joined, times only as the step in which they lie. */
function normalForm(events: readonly Http1Event[]): unknown[] {
  return joinBodies(events).map((event) => {
    const times = {
      atUs: Math.floor(event.atUs / STEP_US),
      ...('firstByteAtUs' in event && { firstByteAtUs: Math.floor(event.firstByteAtUs / STEP_US) }),
    };
    const raw = 'raw' in event && { raw: textOf(event.raw) };
    const bytes = 'data' in event && { data: textOf(event.data) };
    const early = 'early' in event && {
      early: (['client', 'server'] as const).map((sender) => {
        const pieces = event.early.filter((piece) => piece.sender === sender);
        return { from: pieces[0]?.from, text: pieces.map((piece) => textOf(piece.data)).join('') };
      }),
    };
    return { ...event, ...times, ...raw, ...bytes, ...early };
  });
}

/** Whether the times are exactly those of the chunks that held the bytes in question. Returns the first wrong event. */
function wronglyTimed({ events, arrivals, endsAtUs }: Played): Http1Event | null {
  for (const event of events) {
    switch (event.type) {
      case 'unreadable':
        break;
      case 'hand-over': {
        const last = [
          arrivalOf(arrivals.client, event.clientOffset - 1),
          arrivalOf(arrivals.server, event.serverOffset - 1),
        ];
        if (!last.includes(event.atUs)) return event;
        for (const piece of event.early) {
          for (const at of [piece.from, piece.from + piece.data.length - 1]) {
            if (arrivalOf(arrivals[piece.sender], at) !== piece.atUs) return event;
          }
        }
        break;
      }
      default: {
        const sender: Sender = event.type.startsWith('request') ? 'client' : 'server';
        const lastByteAtUs = arrivalOf(arrivals[sender], event.to - 1);
        const byEnd = 'complete' in event && event.atUs === endsAtUs[sender];
        if (event.atUs !== lastByteAtUs && !byEnd) return event;
        if ('firstByteAtUs' in event && event.firstByteAtUs !== arrivalOf(arrivals[sender], event.from))
          return event;
      }
    }
  }
  return null;
}

function arrivalOf(arrivals: readonly Arrival[], offset: number): number | undefined {
  return arrivals.find((arrival) => arrival.to > offset)?.atUs;
}

function sentBytes(steps: readonly Step[]): Record<Sender, number> {
  const sent = { client: 0, server: 0 };
  for (const step of steps) if ('bytes' in step) sent[step.sender] += step.bytes.length;
  return sent;
}

function expectSameHoweverCut(
  steps: readonly Step[],
  cut: { seed: number; chunkBytesMax: number },
  bounds: Partial<Http1Limits>,
): void {
  const whole = playInChunks(steps, (bytes) => [bytes], bounds);
  const inChunks = playInChunks(steps, cutter(cut.seed, cut.chunkBytesMax), bounds);
  expect(normalForm(inChunks.events)).toEqual(normalForm(whole.events));
  const passed = playInChunks(steps, cutter(cut.seed, cut.chunkBytesMax), bounds, true);
  expect(normalForm(passed.events)).toEqual(normalForm(whole.events));
  expect(wronglyTimed(passed)).toBeNull();
  expect(wronglyTimed(whole)).toBeNull();
  expect(wronglyTimed(inChunks)).toBeNull();
  expect(breach(inChunks.events, sentBytes(steps))).toBeNull();
}

function exchangesOf(events: readonly Http1Event[]): Exchange[] {
  const exchanges: Exchange[] = [];
  const at = (message: number) =>
    exchanges[message] ?? { method: '', requestBody: '', status: 0, responseBody: '' };
  for (const event of events) {
    switch (event.type) {
      case 'request-head':
        exchanges[event.message] = { ...at(event.message), method: event.method };
        break;
      case 'response-head':
        exchanges[event.message] = { ...at(event.message), status: event.status };
        break;
      case 'request-body':
        exchanges[event.message] = {
          ...at(event.message),
          requestBody: at(event.message).requestBody + textOf(event.data),
        };
        break;
      case 'response-body':
        exchanges[event.message] = {
          ...at(event.message),
          responseBody: at(event.message).responseBody + textOf(event.data),
        };
        break;
      default:
    }
  }
  return exchanges;
}

describe('any cutting of the bytes', { timeout: 60_000 }, () => {
  it('of a valid conversation gives the exchanges that were meant', () => {
    fc.assert(
      fc.property(conversation, cutting, ({ steps, exchanges }, { seed, chunkBytesMax }) => {
        const { events } = playInChunks(steps, cutter(seed, chunkBytesMax));
        expect(exchangesOf(events).slice(0, exchanges.length)).toEqual(exchanges);
      }),
      { numRuns: 1000 },
    );
  });

  it('of a valid conversation gives the same events', () => {
    fc.assert(
      fc.property(conversation, cutting, limits, ({ steps }, cut, bounds) =>
        expectSameHoweverCut(steps, cut, bounds),
      ),
      { numRuns: 1500 },
    );
  });

  it('of a corrupted conversation gives the same events', () => {
    fc.assert(fc.property(corrupted, cutting, limits, expectSameHoweverCut), { numRuns: 3000 });
  });
});
