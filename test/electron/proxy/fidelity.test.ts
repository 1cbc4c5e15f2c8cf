import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import {
  authorityOf,
  converse,
  openPlace,
  type Place,
  type Transcript,
  type Transport,
} from '../../support/conversation.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { httpConversations, type ExpectedRow, type RecordedConversation } from './http-conversations.ts';
import { http2Conversations } from './http2-conversations.ts';
import { webSocketConversations } from './websocket-conversations.ts';
import { tunnelConversations } from './tunnel-conversations.ts';

/** Conversations held at the same time. */
const parallel = 6;
/** From the client's abort to its arrival at the origin. */
const abortMsMax = 300;

interface Held {
  readonly direct: Transcript;
  readonly proxied: Transcript;
  readonly authority: string;
}

interface Run {
  readonly conversation: RecordedConversation;
  readonly transport: Transport;
  held: Held | null;
  error: unknown;
}

const conversations = [
  ...httpConversations,
  ...http2Conversations,
  ...webSocketConversations,
  ...tunnelConversations,
];

describe.each(runtimes)('a conversation through the proxy in %s', (runtime) => {
  const runs: Run[] = conversations.flatMap((conversation) =>
    conversation.transports.map((transport) => ({ conversation, transport, held: null, error: null })),
  );
  let rows: readonly ExchangeJson[] = [];
  let plumbline: Plumbline | null = null;

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const authority = await createTestAuthority();
    const tls = {
      context: await authority.contextFor(['127.0.0.1', '::1', 'localhost']),
      caPem: authority.certificatePem,
    };
    const proxy = await startPlumbline({ runtime, upstreamCaPem: authority.certificatePem });
    plumbline = proxy;
    // Open to the end: a row is known by its origin's address.
    const places: Place[] = [];
    const hold = async (run: Run): Promise<void> => {
      const place = await openPlace(run.conversation.host);
      places.push(place);
      try {
        const direct = await converse(run.conversation, run.transport, place, null, tls);
        const proxied = await converse(run.conversation, run.transport, place, proxy, tls);
        run.held = { direct, proxied, authority: authorityOf(place) };
      } catch (error) {
        run.error = error;
      }
    };
    const waiting = runs.filter(({ conversation }) => conversation.alone !== true);
    const worker = async (): Promise<void> => {
      for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) await hold(run);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    for (const run of runs) if (run.conversation.alone === true) await hold(run);
    for (const { server } of places) server.close();
    rows = await proxy.stop();
  }, 120_000);
  afterAll(() => plumbline?.dispose());

  describe.each(conversations)('$name', (conversation) => {
    test.skipIf(!hasRuntime(runtime)).for(conversation.transports)('%s', (transport) => {
      const run = runs.find((each) => each.conversation === conversation && each.transport === transport);
      if (run?.held == null) throw asError(run?.error);
      const { direct, proxied, authority } = run.held;
      expect(shown(proxied)).toEqual(shown(direct));
      if (proxied.abortMs !== null) expect(proxied.abortMs).toBeLessThanOrEqual(abortMsMax);
      const mine = rows.filter(({ url }) => `${url}/`.includes(`${authority}/`));
      expectRows(mine, conversation.rows(transport));
    });
  });
});

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The conversation was not held.');
}

/** Long texts abridged, so that a difference can be read. */
function shown({ client, origin }: Transcript): unknown {
  return {
    client: { ...client, received: abridge(client.received) },
    origin: { ...origin, received: abridge(origin.received) },
  };
}

function abridge(text: string): unknown {
  if (text.length < 2_000) return text;
  return { length: text.length, start: text.slice(0, 300), end: text.slice(-300), sum: sumOf(text) };
}

function sumOf(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return sum;
}

function expectRows(rows: readonly ExchangeJson[], expected: readonly ExpectedRow[]): void {
  const actual = rows.map((row, index) => pick(row, expected[index] ?? {}));
  expect(actual).toEqual(expected);
  for (const row of rows) {
    expect(row.state).not.toBe('open');
    const { timings, clientLeg, serverLeg } = row;
    expect(clientLeg).not.toBeNull();
    expect(serverLeg).not.toBeNull();
    expect(row.durationMs).toBeGreaterThanOrEqual(0);
    if (row.error === null && row.status !== null) {
      expect(timings).toMatchObject({
        blockedMs: expect.any(Number) as number,
        sendMs: expect.any(Number) as number,
        waitMs: expect.any(Number) as number,
        receiveMs: row.status === 101 ? timings.receiveMs : (expect.any(Number) as number),
      });
      if (serverLeg?.reused === false) expect(timings.connectMs).not.toBeNull();
      else expect(timings.connectMs).toBeNull();
      if (row.url.startsWith('https:')) {
        expect(clientLeg?.tlsVersion).toMatch(/^TLSv1/);
        expect(serverLeg?.tlsVersion).toMatch(/^TLSv1/);
        if (serverLeg?.reused === false) expect(timings.tlsMs).not.toBeNull();
      }
    }
  }
}

/** The columns of a row that the expectation speaks of. */
function pick(row: ExchangeJson, expected: ExpectedRow): ExpectedRow {
  const columns: Record<keyof ExpectedRow, unknown> = {
    method: row.method,
    status: row.status,
    statusText: row.statusText,
    error: row.error?.code ?? null,
    protocol: row.protocol,
    requestBytes: row.requestBytes,
    responseBytes: row.responseBytes,
    recorded: row.recorded,
    reused: row.serverLeg?.reused,
    h2Stream: row.h2Stream,
    messages: row.messages,
    longLived: row.longLived,
    note: row.note,
  };
  const keys = Object.keys(expected) as (keyof ExpectedRow)[];
  return Object.fromEntries(keys.map((key) => [key, columns[key]]));
}
