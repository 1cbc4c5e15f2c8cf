import { conversationRecord } from '../../../support/records.ts';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import {
  noStreamFacts,
  type ConversationRecord,
  type ExchangeRecord,
} from '../../../../core/model/exchange-record.ts';
import type { Result } from '../../../../core/model/result.ts';
import type { OpenSessionOptions, Session } from '../../../../electron/engine/session/session-api.ts';
import type { SessionSettings } from '../../../../electron/engine/session/session-threads.ts';
import { openSession } from '../../../../electron/engine/session/session.ts';
import { workers } from '../../../support/workers.ts';

export const startUs = 1_760_000_000_000_000;

/** A folder that goes away with the test. */
export function tempFolder(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'plumbline-session-'));
  onTestFinished(() => {
    fs.rmSync(made, { recursive: true, force: true });
  });
  return made;
}

export function tempPath(): string {
  return path.join(tempFolder(), 'recording.plumb');
}

/** Opens a session that closes with the test, and fails the test if it does not open. */
export async function opened(
  file: string,
  mode: OpenSessionOptions['mode'] = 'create-or-open',
  settings: SessionSettings = {},
): Promise<Session> {
  const session = valueOf(await openSession({ path: file, mode }, workers, settings));
  onTestFinished(() => session.close());
  return session;
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.error.code;
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Puts an exchange with a response head and body. */
export function putResponse(
  { sink }: Session,
  head: string,
  body: Uint8Array,
  changes: Partial<ExchangeRecord> = {},
): number {
  const id = sink.nextExchangeId();
  sink.putExchange(exchange(id, changes));
  sink.putHead(id, 'response', bytesOf(head), startUs);
  sink.appendBody(id, 'response', body, startUs);
  return id;
}

export function exchange(id: number, changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    id,
    state: 'done',
    protocol: 'http/1.1',
    method: 'GET',
    scheme: 'https',
    host: 'api.example.com',
    port: 443,
    path: `/things/${id}`,
    status: 200,
    statusText: 'OK',
    contentType: 'application/json',
    errorCode: null,
    errorMessage: null,
    recorded: 'full',
    note: null,
    startedAtUs: startUs + id * 1000,
    requestEndedAtUs: startUs + id * 1000 + 10,
    sentFromUs: null,
    sentToUs: null,
    responseFromUs: null,
    responseToUs: null,
    clientFromUs: null,
    endedAtUs: startUs + id * 1000 + 900,
    requestBytes: 0,
    responseBytes: 0,
    addedUs: null,
    blockedUs: null,
    dnsUs: null,
    connectUs: null,
    tlsUs: null,
    sendUs: null,
    waitUs: null,
    receiveUs: null,
    clientStallUs: 0,
    serverStallUs: 0,
    clientConversation: null,
    serverConversation: null,
    clientReused: false,
    serverReused: false,
    app: null,
    ...noStreamFacts,
    ...changes,
  };
}

/** Every field holds something of its own. */
export function fullExchange(
  id: number,
  clientConversation: number,
  serverConversation: number,
): ExchangeRecord {
  return exchange(id, {
    state: 'failed',
    protocol: 'h2',
    method: 'PATCH',
    scheme: 'http',
    host: 'bücher.example',
    port: 8080,
    path: '/a?b=\u0000c💡',
    status: 502,
    statusText: 'Bad “Gateway”',
    contentType: 'text/html',
    errorCode: 'reset',
    errorMessage: 'The server reset the connection.',
    recorded: 'The disk was too slow, so 3 bytes are missing.',
    note: 'x'.repeat(70_000),
    startedAtUs: startUs + 0.5,
    requestEndedAtUs: startUs + 1,
    sentFromUs: startUs + 2,
    sentToUs: startUs + 3,
    responseFromUs: startUs + 4,
    responseToUs: startUs + 5,
    clientFromUs: startUs + 6,
    endedAtUs: startUs + 7,
    requestBytes: 2 ** 40,
    responseBytes: 11,
    addedUs: 12,
    blockedUs: 13,
    dnsUs: 14,
    connectUs: 15,
    tlsUs: 16,
    sendUs: 17,
    waitUs: 18,
    receiveUs: 19.25,
    clientStallUs: 20,
    serverStallUs: 21,
    clientConversation,
    serverConversation,
    clientReused: true,
    serverReused: true,
    h2Stream: 2 ** 31 - 1,
    requestMessages: 22,
    responseMessages: 2 ** 40,
    longLived: 'event-stream',
    grpcStatus: 16,
    requestStarvedUs: 23,
    responseStarvedUs: 24,
    loopDelayUs: 25.5,
  });
}

export function conversation(id: number, changes: Partial<ConversationRecord> = {}): ConversationRecord {
  return conversationRecord({
    id,
    role: 'client',
    localPort: 8888,
    remoteAddress: '127.0.0.1',
    remotePort: 50_000,
    hostName: null,
    openedAtUs: startUs,
    ...changes,
  });
}

export function fullConversation(id: number): ConversationRecord {
  return conversation(id, {
    role: 'server',
    localAddress: '::1',
    localPort: 1,
    remoteAddress: '2001:db8::1',
    remotePort: 443,
    hostName: 'api.example.com',
    openedAtUs: startUs + 1,
    closedAtUs: startUs + 2,
    closedBy: 'fin',
    dnsFromUs: startUs + 3,
    dnsToUs: startUs + 4,
    connectFromUs: startUs + 5,
    connectToUs: startUs + 6,
    tlsFromUs: startUs + 7,
    tlsToUs: startUs + 8,
    tlsVersion: 'TLSv1.3',
    tlsCipher: 'TLS_AES_128_GCM_SHA256',
    alpn: 'h2',
    serverName: 'api.example.com',
    bytesIn: 9,
    bytesOut: 10,
    dialAttempts: [
      { address: '2001:db8::2', port: 443, fromUs: startUs, toUs: startUs + 1, error: 'ECONNREFUSED' },
      { address: '2001:db8::1', port: 443, fromUs: startUs + 1, toUs: startUs + 2, error: null },
    ],
    chain: [
      {
        subject: 'CN=api.example.com',
        issuer: 'CN=Example',
        validFrom: '2026-01-01',
        validTo: '2026-02-01',
        names: ['api.example.com'],
        fingerprintSha256: 'AA:BB',
      },
    ],
    trustProblem: 'It is not known who issued it.',
    way: 'socks4a',
    via: 'http://proxy.example:3128',
    processId: 4711,
    processName: 'curl',
    processPath: '/usr/bin/curl',
    device: 'iPhone',
    ja3: 'e7d705a3286e19ea42f587b344ee6865',
    ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
    tlsGroup: 'X25519',
    tlsResumed: true,
    alpnOffered: ['h2', 'http/1.1'],
    clientCertificate: 'CN=tester',
    h2Notes: [{ atUs: startUs + 9, sender: 'server', what: 'goaway', text: 'NO_ERROR, last stream 7' }],
  });
}
