import type { ListedExchange } from '../../core/contract/exchanges.ts';
import {
  noLegFacts,
  noStreamFacts,
  type ConversationRecord,
  type ExchangeRecord,
} from '../../core/model/exchange-record.ts';

/** A plain HTTPS exchange of 100 ms that began at `startedAtUs: 1_000_000`, on a connection used before. */
export function exchangeRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    id: 1,
    state: 'done',
    protocol: 'http/1.1',
    method: 'GET',
    scheme: 'https',
    host: 'api.shop.test',
    port: 443,
    path: '/products',
    status: 200,
    statusText: 'OK',
    contentType: 'application/json',
    errorCode: null,
    errorMessage: null,
    recorded: 'full',
    note: null,
    startedAtUs: 1_000_000,
    requestEndedAtUs: 1_001_000,
    sentFromUs: 1_000_200,
    sentToUs: 1_001_200,
    responseFromUs: 1_080_000,
    responseToUs: 1_099_000,
    clientFromUs: 1_080_300,
    endedAtUs: 1_100_000,
    requestBytes: 0,
    responseBytes: 1200,
    addedUs: 500,
    blockedUs: null,
    dnsUs: null,
    connectUs: null,
    tlsUs: null,
    sendUs: 1000,
    waitUs: 78_800,
    receiveUs: 19_000,
    clientStallUs: 0,
    serverStallUs: 0,
    clientConversation: 1,
    serverConversation: 2,
    clientReused: true,
    serverReused: true,
    app: 'curl',
    ...noStreamFacts,
    ...changes,
  };
}

/** The same as a row of a list, unmarked. */
export function listedExchange(changes: Partial<ListedExchange> = {}): ListedExchange {
  return {
    ...exchangeRecord(),
    mark: null,
    way: null,
    process: null,
    device: null,
    via: null,
    headers: [],
    ...changes,
  };
}

export function conversationRecord(changes: Partial<ConversationRecord> = {}): ConversationRecord {
  return {
    id: 2,
    role: 'server',
    localAddress: '127.0.0.1',
    localPort: 50_412,
    remoteAddress: '127.0.0.2',
    remotePort: 443,
    hostName: 'api.shop.test',
    openedAtUs: 900_000,
    closedAtUs: null,
    closedBy: null,
    dnsFromUs: null,
    dnsToUs: null,
    connectFromUs: null,
    connectToUs: null,
    tlsFromUs: null,
    tlsToUs: null,
    tlsVersion: null,
    tlsCipher: null,
    alpn: null,
    serverName: null,
    bytesIn: 0,
    bytesOut: 0,
    dialAttempts: [],
    chain: [],
    trustProblem: null,
    ...noLegFacts,
    ...changes,
  };
}
