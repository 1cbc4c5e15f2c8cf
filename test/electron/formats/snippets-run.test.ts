import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snippetFormats, type SnippetName } from '../../../core/formats/index.ts';
import { snippetRequestOf } from '../../../core/formats/snippet-request.ts';
import { readHeadText } from '../../../core/model/head-text.ts';
import { nodePlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/scratch.ts';

const run = promisify(execFile);

/** The system's, which has `requests` from its package, before one that somebody put in front of it. */
const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import requests']).status === 0,
);

/** Every request that came, byte for byte. */
let received: Buffer[];
let server: Server;
let authority: string;

beforeAll(async () => {
  received = [];
  server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end + 2))?.[1] ?? '0';
      if (end < 0 || bytes.length < end + 4 + Number(length)) return;
      received.push(bytes);
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

const value = fc
  .string({
    unit: fc.constantFrom(...Array.from('az09 \'"\\$`!%&|<>^(){}[]#~;,*?=\xe9\xff')),
    minLength: 1,
    maxLength: 20,
  })
  .map((text) => text.trim() || 'x');
const wanted: fc.Arbitrary<Wanted> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
    path: fc.constantFrom('/', '/a/b?c=d&e=%20f', "/it's?q=$HOME&r=(1)!", '/x;y=1,2?a=b=c'),
    values: fc.array(value, { maxLength: 3 }),
    type: fc.constantFrom('text/plain', 'application/json; charset=utf-8'),
    body: fc.oneof(
      fc
        .string({ unit: 'binary', minLength: 1, maxLength: 60 })
        .map((text) => new Uint8Array(Buffer.from(text))),
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
    ),
  })
  .map(({ method, path: target, values, type, body }) => ({
    method,
    path: target,
    body: method === 'GET' ? new Uint8Array(0) : body,
    headers: [
      ['User-Agent', 'test "agent"'],
      ['Accept', '*/*'],
      ['Accept-Encoding', 'identity'],
      ['Accept-Language', '*'],
      ['Cookie', 'a=b; c="d e"'],
      ...values.map((text, index) => [`X-Value-${index}`, text] as const),
      ...(method === 'GET' ? [] : ([['Content-Type', type]] as const)),
    ] as const,
  }));

/** Fields that a client writes by itself, whatever it was told. */
const own = new Set(['host', 'connection', 'content-length', 'sec-fetch-mode', 'expect']);

async function executed(name: SnippetName, given: Wanted): Promise<Buffer> {
  const folder = scratchFolder();
  const lines = given.headers.map(([field, text]) => `${field}: ${text}\r\n`).join('');
  const head = `${given.method} ${given.path} HTTP/1.1\r\nHost: ${authority}\r\n${lines}\r\n`;
  const [host = '', port = ''] = authority.split(':');
  const record = { method: given.method, scheme: 'http', host, port: Number(port), path: given.path };
  const request = snippetRequestOf(record, head, given.body, 'body.bin', nodePlatform);
  writeFileSync(path.join(folder, 'body.bin'), given.body);
  const format = snippetFormats[name];
  const file = path.join(folder, `snippet.${format.ending}`);
  writeFileSync(file, format.snippet(request));
  const program = { curl: 'bash', python: python ?? 'python3', 'node-fetch': process.execPath }[
    name as 'curl'
  ];
  received = [];
  await run(program, [file], {
    cwd: folder,
    timeout: 20_000,
    env: { ...process.env, no_proxy: '*', NO_PROXY: '*' },
  });
  expect(received).toHaveLength(1);
  return received[0]!;
}

function expectSame(bytes: Buffer, given: Wanted): void {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const { startLine, headers } = readHeadText(bytes.toString('latin1', 0, end));
  expect(startLine).toBe(`${given.method} ${given.path} HTTP/1.1`);
  const told = headers
    .map(([field, text]) => [field.toLowerCase(), text] as const)
    .filter(([field]) => !own.has(field));
  const meant = given.headers.map(([field, text]) => [field.toLowerCase(), text] as const);
  expect(new Map(told)).toEqual(new Map(meant));
  expect(bytes.subarray(end).equals(Buffer.from(given.body))).toBe(true);
}

describe('a snippet that is run', { timeout: 120_000 }, () => {
  it.each(['curl', 'python', 'node-fetch'] as const)(
    'sends the method, path, fields and body bytes of the request: %s',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(wanted, async (given) => expectSame(await executed(name, given), given)),
        { numRuns: 15 },
      );
    },
  );
});
