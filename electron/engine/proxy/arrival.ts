import type { Way } from '../../../core/model/exchange-record.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { Destination } from './destination.ts';
import type { DialReport } from './dial.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import type { TapOptions } from './tap-reader.ts';
import type { WayDial } from './upstream/dial-through.ts';

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
  /** How the TLS of both ends differs from what the client asks for; left out: not at all. */
  readonly askedAs?: {
    /** What the server is asked for, and checked against; null: nothing, and by its address. */
    readonly serverName: string | null;
    /** A further name for our certificate when the client asks for none, as in `subjectaltname`. */
    readonly ownAddress: string;
  };
  /** A way to the server, each time another one; left out: its name and port are dialled. */
  readonly reach?: () => WayDial;
  /** How the joined legs are read and written beyond the usual. */
  readonly joined?: Pick<TapOptions, 'hostIsFixed' | 'rewriteHost'>;
  /** Tells the client that the server is reached; `server`: what it is told of, our end of that connection. */
  readonly confirm: (server: Pick<Leg, 'local'>) => void;
  /**
   * Tells the client that it is not, as well as the way can say it, and closes. Gives the status that was sent.
   * `systemError`: the code of the last dial, if one failed.
   */
  readonly refuse: (
    failure: Failure,
    systemError: string | null,
  ) => { readonly status: number; readonly statusText: string } | null;
}

/** Tells the client that it cannot be served, and records why. */
export function refuseArrival(
  context: ProxyContext,
  arrival: Arrival,
  failure: Failure,
  report: DialReport | null = null,
): void {
  const { host, port } = arrival.destination;
  const draft = beginTunnel(context, arrival);
  if (report !== null) draft.attachFailedDial(report, host, port, failure.code);
  if (arrival.head !== null) draft.putHead('request', arrival.head.raw, arrival.head.atUs);
  const said = arrival.refuse(failure, report?.attempts.at(-1)?.error ?? null);
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
