import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { authorityOf, converse, openPlace, type Transcript } from '../../support/conversation.ts';
import { hasRuntime, runtimes, startPlumbline, type Runtime } from '../../support/plumbline.ts';
import { httpConversations } from './http-conversations.ts';
import { http2Conversations } from './http2-conversations.ts';
import { tunnelConversations } from './tunnel-conversations.ts';
import { webSocketConversations } from './websocket-conversations.ts';

/** Every conversation that CONNECT is tried with, by the other ways: both ends must see what they see directly. */

const parallel = 6;

interface Held {
  readonly direct: Transcript;
  readonly indirect: Transcript;
  readonly authority: string;
}

const cases = [
  ...httpConversations,
  ...http2Conversations,
  ...tunnelConversations,
  ...webSocketConversations,
].flatMap((conversation) =>
  conversation.transports
    .filter((transport) => transport !== 'http' && conversation.alone !== true)
    .flatMap((transport) =>
      (['socks5', 'reverse'] as const).map((way) => ({
        name: `${conversation.name}, ${transport === 'tls' ? 'TLS' : 'plain'} by ${way}`,
        conversation,
        transport,
        way,
      })),
    ),
);

/** Holds them all with one program that has a reverse proxy for each that needs one. */
async function holdAll(runtime: Runtime): Promise<{
  readonly held: ReadonlyMap<string, Held | Error>;
  readonly rows: readonly ExchangeJson[];
}> {
  const authority = await createTestAuthority();
  const tls = {
    context: await authority.contextFor(['127.0.0.1', '::1', 'localhost']),
    caPem: authority.certificatePem,
  };
  const places = await Promise.all(cases.map(({ conversation }) => openPlace(conversation.host)));
  const reversed = cases.flatMap(({ way, transport }, index) => {
    const place = places[index];
    if (way !== 'reverse' || place === undefined) return [];
    return [{ index, text: `0=${transport === 'tls' ? 'tls' : 'tcp'}://${authorityOf(place)}` }];
  });
  const plumbline = await startPlumbline({
    runtime,
    upstreamCaPem: authority.certificatePem,
    reverse: reversed.map(({ text }) => text),
  });
  const held = new Map<string, Held | Error>();
  const hold = async (index: number): Promise<void> => {
    const run = cases[index];
    const place = places[index];
    if (run === undefined || place === undefined) return;
    const listen = plumbline.reverse[reversed.findIndex((each) => each.index === index)]?.listen;
    const at = listen === undefined ? plumbline : { host: '127.0.0.1', port: Number(listen.split(':')[1]) };
    try {
      const proxy = { host: at.host, port: at.port, caPem: plumbline.caPem, way: run.way };
      const direct = await converse(run.conversation, run.transport, place, null, tls);
      const indirect = await converse(run.conversation, run.transport, place, proxy, tls);
      held.set(run.name, { direct, indirect, authority: authorityOf(place) });
    } catch (error) {
      held.set(run.name, error instanceof Error ? error : new Error(String(error)));
    }
  };
  try {
    const waiting = cases.map((_, index) => index);
    const worker = async (): Promise<void> => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await hold(index);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return { held, rows: await plumbline.stop() };
  } finally {
    for (const { server } of places) server.close();
    plumbline.dispose();
  }
}

describe.each(runtimes)('a conversation by another way in %s', (runtime) => {
  let held: ReadonlyMap<string, Held | Error> = new Map();
  let rows: readonly ExchangeJson[] = [];
  beforeAll(async () => {
    if (hasRuntime(runtime)) ({ held, rows } = await holdAll(runtime));
  }, 180_000);
  test.skipIf(!hasRuntime(runtime)).for(cases)('$name', ({ name, way }) => {
    const outcome = held.get(name);
    if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('It was not held.');
    const { direct, indirect, authority } = outcome;
    expect(summed(indirect)).toEqual(summed(direct));
    const mine = rows.filter(({ url }) => `${url}/`.includes(`${authority}/`));
    expect(mine.length).toBeGreaterThan(0);
    for (const row of mine) expect(row.clientLeg?.way).toBe(way);
  });
});

/** Long texts abridged, so that a difference can be read. */
function summed({ client, origin }: Transcript): unknown {
  const abridged = (text: string): unknown =>
    text.length < 2_000 ? text : [text.length, text.slice(0, 300), text.slice(-300), hashOf(text)];
  return {
    client: { ...client, received: abridged(client.received) },
    origin: { ...origin, received: abridged(origin.received) },
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}
