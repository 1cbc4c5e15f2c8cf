import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import type { Arrival } from './arrival.ts';
import { failurePage } from './answer.ts';
import type { Destination } from './destination.ts';
import type { Leg } from './leg.ts';

const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/** A CONNECT request whose head is read (RFC 9110 section 9.3.6); `early` are bytes the client sent after it. */
export function connectArrival(
  client: Leg,
  head: RequestHeadEvent,
  destination: Destination,
  early: Buffer | null,
): Arrival {
  client.note({ way: 'connect' });
  return {
    client,
    way: 'connect',
    destination,
    early,
    startedAtUs: head.firstByteAtUs,
    head,
    confirm: () => {
      client.raw.write(established);
    },
    refuse: (failure) => {
      client.raw.end(failurePage(502, 'Bad Gateway', failure));
      client.raw.resume();
      return { status: 502, statusText: 'Bad Gateway' };
    },
  };
}
