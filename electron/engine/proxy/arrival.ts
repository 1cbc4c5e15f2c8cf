import type { Way } from '../../../core/model/exchange-record.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { Destination } from './destination.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';

/** A client that has said where it wants to go, in whatever way it said so, and what it hears about it. */
export interface Arrival {
  readonly client: Leg;
  readonly way: Way;
  readonly destination: Destination;
  /** What the client sent behind its wish. */
  readonly early: Buffer | null;
  readonly startedAtUs: number;
  /** The head of a CONNECT, for a row that has nothing else. */
  readonly head: { readonly raw: Uint8Array; readonly atUs: number } | null;
  /** Tells the client that the server is reached. */
  readonly confirm: (server: Leg) => void;
  /** Tells the client that it is not, as well as the way can say it, and closes. Gives the status that was sent. */
  readonly refuse: (failure: Failure) => { readonly status: number; readonly statusText: string } | null;
}

/** Tells the client that it cannot be served, and records why. */
export function refuseArrival(
  context: ProxyContext,
  arrival: Arrival,
  failure: Failure,
  describe: (draft: ExchangeDraft) => void = () => undefined,
): void {
  const draft = beginTunnel(context, arrival);
  describe(draft);
  if (arrival.head !== null) draft.putHead('request', arrival.head.raw, arrival.head.atUs);
  const said = arrival.refuse(failure);
  draft.fields.status = said?.status ?? null;
  draft.fields.statusText = said?.statusText ?? null;
  draft.fail(failure.code, failure.message);
}

/** A row for a connection that never came to carry a request. */
export function beginTunnel(
  context: ProxyContext,
  { client, destination, head, startedAtUs }: Arrival,
): ExchangeDraft {
  return context.recorder.begin({
    protocol: 'tunnel',
    method: head === null ? '' : 'CONNECT',
    scheme: 'tcp',
    host: destination.host,
    port: destination.port,
    path: '',
    startedAtUs,
    clientLeg: client,
  });
}
