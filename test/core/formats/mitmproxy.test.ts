import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMitmproxy } from '../../../core/formats/mitmproxy.ts';
import { readAll } from './support.ts';

const flows = new Uint8Array(readFileSync(new URL('../../fixtures/mitmproxy-8.flows', import.meta.url)));

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** A tagged netstring, as mitmproxy writes it. */
function tnet(value: Value): string {
  const tagged = (text: string, type: string): string => `${text.length}:${text}${type}`;
  if (value === null) return tagged('', '~');
  if (typeof value === 'string') return tagged(value, ',');
  if (typeof value === 'boolean') return tagged(String(value), '!');
  if (typeof value === 'number') return tagged(String(value), Number.isInteger(value) ? '#' : '^');
  if (Array.isArray(value)) return tagged(value.map(tnet).join(''), ']');
  return tagged(
    Object.entries(value)
      .map(([key, each]) => tagged(key, ';') + tnet(each))
      .join(''),
    '}',
  );
}

/** A flow of mitmproxy 11, whose names of addresses are others than those of 8. */
function flow(changes: Record<string, Value> = {}): Value {
  return {
    version: 21,
    type: 'http',
    comment: 'slow',
    request: {
      http_version: 'HTTP/2.0',
      method: 'GET',
      scheme: 'https',
      host: 'shop.test',
      port: 443,
      path: '/x',
      headers: [
        [':authority', 'shop.test'],
        ['accept', '*/*'],
      ],
      content: '',
      timestamp_start: 1000.5,
      timestamp_end: 1000.6,
    },
    response: {
      http_version: 'HTTP/2.0',
      status_code: 200,
      reason: '',
      headers: [['content-encoding', 'gzip']],
      content: '\x1f\x8b',
      timestamp_start: 1000.9,
      timestamp_end: 1001,
      trailers: [['x-sum', '1']],
    },
    client_conn: {
      id: 'c',
      peername: ['10.0.0.7', 50_000],
      sockname: ['10.0.0.1', 8080],
      timestamp_start: 999,
    },
    server_conn: {
      id: 's',
      peername: ['192.0.2.1', 443],
      timestamp_start: 999.5,
      timestamp_tcp_setup: 999.7,
      timestamp_tls_setup: 999.9,
      tls_version: 'TLSv1.3',
      cipher: 'AES',
      alpn: 'h2',
      sni: 'shop.test',
    },
    error: null,
    ...changes,
  };
}

describe('flows that mitmdump 8 wrote', () => {
  it('come in with heads, bodies and the phases of their connections', async () => {
    const { exchanges, told } = await readAll(readMitmproxy, flows);
    expect(told).toEqual({ skipped: [], warnings: [], isCut: false });
    expect(
      exchanges.map(({ record }) => [record.method, record.path, record.status, record.serverReused]),
    ).toEqual([
      ['GET', '/', 200, false],
      ['GET', '/gzip', 200, true],
      ['GET', '/bin', 200, true],
      ['POST', '/form', 201, false],
      ['GET', '/drop', null, false],
      ['GET', '/refused', null, false],
      ['GET', '/tls', 200, false],
    ]);
    expect(new Set(exchanges.map(({ record }) => record.app))).toEqual(new Set(['curl']));
    const [first, , binary, form, dropped, , secure] = exchanges;
    expect(first!.record).toMatchObject({ connectUs: 750, tlsUs: null, waitUs: 677, receiveUs: 378 });
    expect(first!.heads.response).toMatch(/^HTTP\/1\.1 200 OK\r\nServer: [\s\S]*\r\n\r\n$/);
    expect(binary!.responseText).toBe(String.fromCharCode(...Array(256).keys()));
    expect(form!.requestText).toBe('a=1&b=two words');
    expect(dropped!.record).toMatchObject({ state: 'failed', errorMessage: 'server closed connection' });
    expect(secure!.record).toMatchObject({ scheme: 'https', connectUs: 36_260, tlsUs: 35_945 });
    expect(secure!.clientLeg!.conversation!.tlsVersion).toBe('TLSv1.3');
    for (const { record } of exchanges) expect(record.endedAtUs).toBeGreaterThanOrEqual(record.startedAtUs);
  });

  it('come in the same however slowly the file is read', async () => {
    expect((await readAll(readMitmproxy, flows, 100_000)).exchanges).toEqual(
      (await readAll(readMitmproxy, flows)).exchanges,
    );
  });

  it('come in up to where the file is cut off', async () => {
    const { exchanges, told } = await readAll(readMitmproxy, flows.subarray(0, 9000));
    expect(exchanges.length).toBeGreaterThan(2);
    expect(told.isCut).toBe(true);
  });
});

describe('flows of a newer mitmproxy', () => {
  it('come in with the names it gives to addresses, HTTP/2 and trailers', async () => {
    const { exchanges } = await readAll(readMitmproxy, Buffer.from(tnet(flow()), 'latin1'));
    const [exchange] = exchanges;
    expect(exchange!.record).toMatchObject({
      protocol: 'h2',
      startedAtUs: 1_000_500_000,
      requestEndedAtUs: 1_000_600_000,
      sentFromUs: 1_000_600_000,
      waitUs: 300_000,
      receiveUs: 100_000,
      connectUs: 400_000,
      tlsUs: 200_000,
    });
    expect(exchange!.heads.request).toBe('GET /x HTTP/2.0\r\naccept: */*\r\n\r\n');
    expect(exchange!.heads.responseTrailers).toEqual(['x-sum: 1\r\n\r\n']);
    expect(exchange!.serverLeg!.conversation).toMatchObject({
      remoteAddress: '192.0.2.1',
      tlsCipher: 'AES',
      alpn: 'h2',
    });
    expect(exchange!.comment).toBe('slow');
  });

  it('of other protocols, or of a version too old, are skipped with a reason', async () => {
    const file = [flow({ type: 'tcp' }), flow({ type: 'dns' }), flow({ version: 7 }), flow()]
      .map(tnet)
      .join('');
    const { exchanges, told } = await readAll(readMitmproxy, Buffer.from(file, 'latin1'));
    expect(exchanges).toHaveLength(1);
    expect(told.skipped.map(({ reason }) => reason.slice(0, 30))).toEqual([
      'A tcp flow: only HTTP flows co',
      'A dns flow: only HTTP flows co',
      'The flow was written by mitmpr',
    ]);
  });

  it('that come from the future are tried, and their WebSocket messages counted', async () => {
    const file = tnet(
      flow({
        version: 99,
        websocket: {
          messages: [
            [1, true, 'a'],
            [1, false, 'b'],
          ],
        },
      }),
    );
    const { exchanges, told } = await readAll(readMitmproxy, Buffer.from(file, 'latin1'));
    expect(exchanges[0]!.record.note).toContain('2 WebSocket messages');
    expect(told.warnings[0]).toContain('newer mitmproxy (format 99)');
  });

  it('with large bodies leave them in the file until they are read', async () => {
    const body = 'x'.repeat(3_000_000);
    const large = flow({ response: { status_code: 200, reason: 'OK', headers: [], content: body } });
    const { exchanges } = await readAll(readMitmproxy, Buffer.from(tnet(large) + tnet(flow()), 'latin1'));
    expect(exchanges[0]!.responseText).toBe(body);
    expect(exchanges[0]!.record.responseBytes).toBe(3_000_000);
    expect(exchanges).toHaveLength(2);
  });

  it('nested without end are skipped', async () => {
    let deep: Value = 1;
    for (let depth = 0; depth < 200; depth++) deep = [deep];
    const file = tnet(flow({ metadata: { deep } })) + tnet(flow());
    const { exchanges, told } = await readAll(readMitmproxy, Buffer.from(file, 'latin1'));
    expect(exchanges).toHaveLength(1);
    expect(told.skipped[0]!.reason).toContain('nested too deep');
  });
});
