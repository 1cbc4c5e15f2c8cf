import fc from 'fast-check';
import { createSecureContext } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSettings } from '../../../../../core/model/settings.ts';
import { dialThrough, type WayOutcome } from '../../../../../electron/engine/proxy/upstream/dial-through.ts';
import { readConnectAnswer } from '../../../../../electron/engine/proxy/upstream/http-connect.ts';
import type { PacAnswers } from '../../../../../electron/engine/proxy/upstream/pac/pac-answers.ts';
import { createRouter } from '../../../../../electron/engine/proxy/upstream/router.ts';
import { readSocks5Reply } from '../../../../../electron/engine/proxy/upstream/socks-client.ts';
import { openUpstream, type UpstreamScript } from '../../../../support/upstream-servers.ts';

const noPac: PacAnswers = {
  use: () => undefined,
  ask: () => Promise.reject(new Error('There is no PAC.')),
  close: () => undefined,
};
const target = { scheme: 'https', host: 'shop.test', port: 443 } as const;
const slowMs = 200;

async function open(script: UpstreamScript) {
  const server = await openUpstream(script);
  onTestFinished(server.close);
  const url = `http://127.0.0.1:${server.port.toString()}`;
  const settings = readSettings({ upstreamProxy: { mode: 'manual', url, noProxy: ['<-loopback>'] } });
  if (!settings.ok) throw new Error(settings.error.message);
  const refused: number[] = [];
  const context = {
    router: createRouter(settings.value, {}, noPac),
    upstreamContext: createSecureContext(),
    refuse: (_address: string, port: number) =>
      refused.includes(port) ? { code: 'own-address', message: 'Ourselves.' } : null,
  };
  return { server, context, refused, url };
}

function closed(outcome: WayOutcome): WayOutcome {
  if (outcome.ok) outcome.wire.destroy();
  return outcome;
}

describe('a way out through a proxy', () => {
  test('has the time of CONNECT beside that of TCP', async () => {
    const { context, server, url } = await open(async ({ take, send }) => {
      await take('\r\n\r\n');
      setTimeout(() => {
        send('HTTP/1.1 200 OK\r\n\r\n');
      }, slowMs);
    });
    const outcome = closed(await dialThrough(context, target, 'tunnel').outcome);
    const { report } = outcome;
    expect(report).toMatchObject({
      via: url,
      dnsFromUs: null,
      attempts: [
        { address: '127.0.0.1', port: server.port, error: null },
        { address: '127.0.0.1', port: server.port, error: null, step: 'proxy-connect' },
      ],
    });
    const [tcp, connect] = report.attempts;
    expect((report.connectToUs ?? 0) - (report.connectFromUs ?? 0)).toBe(
      (tcp?.toUs ?? 0) - (tcp?.fromUs ?? 0),
    );
    expect((connect?.toUs ?? 0) - (connect?.fromUs ?? 0)).toBeGreaterThanOrEqual(slowMs * 1000 - 2000);
    expect(report.readyAtUs).toBe(connect?.toUs);
  });

  test('ends when the client goes, in the middle of the proxy’s answer', async () => {
    let ended: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (ended = resolve));
    const { context } = await open(async ({ take, send, socket }) => {
      socket.once('close', ended);
      await take('\r\n\r\n');
      send('HTTP/1.1 2');
      way.cancel();
    });
    const way = dialThrough(context, target, 'tunnel');
    expect(await way.outcome).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await gone;
  });

  test('is left alone by a cancelling that comes when it is made', async () => {
    const { context } = await open(async ({ take, send }) => {
      await take('\r\n\r\n');
      send('HTTP/1.1 200 OK\r\n\r\n');
    });
    const way = dialThrough(context, target, 'tunnel');
    const outcome = await way.outcome;
    way.cancel();
    expect(outcome.ok && outcome.wire.destroyed).toBe(false);
    closed(outcome);
  });

  test('is refused when it leads to ourselves: the proxy is us, or it is asked for us', async () => {
    const { context, refused, server } = await open(() => undefined);
    refused.push(9);
    for (const host of ['localhost', '127.0.0.1', '::1'])
      expect(await dialThrough(context, { scheme: 'http', host, port: 9 }, 'forward').outcome).toMatchObject({
        error: { code: 'own-address' },
      });
    refused.push(server.port);
    expect(await dialThrough(context, target, 'tunnel').outcome).toMatchObject({
      error: { code: 'upstream-is-self' },
    });
    expect(server.received).toEqual([]);
  });
});

describe('what a proxy answers', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'HTTP/1.1 ',
      'HTTP/1.0 ',
      '200',
      '100',
      '407',
      ' OK',
      '\r\n',
      '\n',
      'X: y',
      '\0',
      'é',
      ' ',
    ),
    { maxLength: 20 },
  );

  test('never makes the readers throw, and they take no more than there is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((each) => Buffer.from(each.join(''))),
          fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
        ),
        (bytes) => {
          for (const read of [readConnectAnswer, readSocks5Reply]) {
            const reading = read(bytes);
            if (reading.state === 'complete') expect(reading.length).toBeLessThanOrEqual(bytes.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('means the same however it is cut', () => {
    const answer = Buffer.from(
      'HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 403 Go away\r\nC: d\r\n\r\nbehind',
    );
    const whole = readConnectAnswer(answer);
    expect(whole).toMatchObject({
      state: 'complete',
      value: { status: 403, reason: 'Go away' },
      length: answer.length - 6,
    });
    for (let to = 0; to < answer.length; to++) {
      const reading = readConnectAnswer(answer.subarray(0, to));
      expect(reading.state === 'complete' ? reading : null).toEqual(to >= answer.length - 6 ? whole : null);
      expect(reading.state).not.toBe('invalid');
    }
  });
});
