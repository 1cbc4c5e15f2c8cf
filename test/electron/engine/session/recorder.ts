import { setTimeout as sleep } from 'node:timers/promises';
import { openSession } from '../../../../electron/engine/session/session.ts';
import { workers } from '../../../support/workers.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';

/** Run as a program of its own: records into the file named on the command line until it is killed. */
const opened = await openSession({ path: process.argv[2] ?? '', mode: 'create' }, workers);
if (!opened.ok) throw new Error(opened.error.message);
const { sink } = opened.value;

function record(id: number): ExchangeRecord {
  const none = null;
  return {
    ...{
      id,
      state: id === 1 ? 'open' : 'done',
      protocol: 'http/1.1',
      method: 'GET',
      scheme: 'http',
      host: 'h',
    },
    ...{ port: 80, path: '/', status: 200, statusText: 'OK', contentType: none, errorCode: none },
    ...{ errorMessage: none, recorded: 'full', note: none, startedAtUs: id, requestEndedAtUs: none },
    ...{ sentFromUs: none, sentToUs: none, responseFromUs: none, responseToUs: none, clientFromUs: none },
    ...{ endedAtUs: none, requestBytes: 0, responseBytes: 2000, addedUs: none, blockedUs: none, dnsUs: none },
    ...{ connectUs: none, tlsUs: none, sendUs: none, waitUs: none, receiveUs: none, clientStallUs: 0 },
    ...{ serverStallUs: 0, clientConversation: none, serverConversation: none },
    ...{ clientReused: false, serverReused: false, app: none, h2Stream: none, requestMessages: 0 },
    ...{ responseMessages: 0, longLived: none, grpcStatus: none, requestStarvedUs: 0, responseStarvedUs: 0 },
    ...{ loopDelayUs: none, tier: 'proxy' as const, packetConversation: none, grouped: none, rowCount: none },
  };
}

for (;;) {
  for (let count = 0; count < 20; count++) {
    const id = sink.nextExchangeId();
    sink.putExchange(record(id));
    sink.putHead(id, 'response', Buffer.from(`HTTP/1.1 200 Number ${id}\r\n\r\n`), Date.now() * 1000);
    sink.appendBody(id, 'response', Buffer.alloc(2000, id % 251), Date.now() * 1000);
    if (count === 19) process.stdout.write(`${id} ${Date.now()}\n`);
  }
  await sleep(10);
}
