import { createHttp1Responses } from '../../../core/observers/http1.ts';
import type { Http1Event, RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { UpstreamProxy } from '../../../core/model/upstream-proxy.ts';
import { nowUs } from './clock.ts';
import type { Destination } from './destination.ts';
import type { DialReport } from './dial.ts';
import type { Leg } from './leg.ts';
import { createServerLeg } from './server-leg.ts';
import { nodePlatform } from './platform.ts';
import type { ProxyContext } from './proxy-context.ts';
import { noteReadGarbage } from './read-garbage.ts';
import { absoluteForm, originForm } from './request-form.ts';
import { dialThrough, type WayOut } from './upstream/dial-through.ts';
import { authFailure, basicAuthorization } from './upstream/http-connect.ts';

/** What a link tells its client connection. */
export interface LinkEvents {
  readonly connected: (link: ServerLink, leg: Leg) => void;
  readonly failed: (link: ServerLink, failure: Failure, report: DialReport) => void;
  readonly http: (link: ServerLink, event: Http1Event) => void;
  /** Bytes are there to be taken. */
  readonly readable: (link: ServerLink) => void;
  readonly drained: (link: ServerLink, stalledUs: number) => void;
  readonly ended: (link: ServerLink, how: 'fin' | 'reset') => void;
}

/** The server leg of a plain HTTP client connection towards one destination. */
export interface ServerLink {
  readonly destination: Destination;
  /** What tells it from the other links of its client connection. */
  readonly key: string;
  readonly leg: () => Leg | null;
  /** False: the server does not take more for now; `drained` follows. `written` runs when the bytes were handed on. */
  readonly write: (bytes: Buffer, written: ((atUs: number) => void) | null) => boolean;
  /** The head of a request, in the form that the far end wants (RFC 9112 section 3.2); else as `write`. */
  readonly writeHead: (head: RequestHeadEvent, path: string, written: (atUs: number) => void) => boolean;
  /** What a 407 means here, in words: an upstream proxy asks for a password; null without one. */
  readonly passwordNote: () => string | null;
  readonly expect: (message: number, method: string) => void;
  /** True once a 101 was seen: bytes are no longer HTTP. */
  readonly handedOver: () => boolean;
  /** Takes at most `bytesMax` received bytes from the front. */
  readonly take: (bytesMax: number) => Buffer | null;
  readonly heldBytes: () => number;
  /** Offset in the response stream of the first byte not taken yet. */
  readonly takenTo: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  /** The server ended its half; it can still be written to. */
  readonly serverEnded: () => boolean;
  readonly end: () => void;
  readonly reset: () => void;
  readonly drop: () => void;
  /** Gives its leg away: hears and does nothing more with it. What was received and not taken, null if nothing. */
  readonly detach: () => Buffer | null;
}

/** What waits for the connection: it is formed when the far end is known. */
interface Unsent {
  readonly bytes: () => Buffer;
  readonly written: ((atUs: number) => void) | null;
}

export function createServerLink(
  context: ProxyContext,
  destination: Destination,
  key: string,
  way: WayOut,
  events: LinkEvents,
): ServerLink {
  let leg: Leg | null = null;
  let forward: UpstreamProxy | null = null;
  let unsent: Unsent[] = [];
  let endWanted = false;
  let over = false;
  let serverEnded = false;
  const held: Buffer[] = [];
  let heldBytes = 0;
  let takenTo = 0;
  let stalledAtUs: number | null = null;
  let stopListening: () => void = () => undefined;
  const responses = createHttp1Responses(nodePlatform, (event) => {
    events.http(link, event);
  });
  const dialling = dialThrough(context, { scheme: 'http', ...destination }, way);

  const ends = (how: 'fin' | 'reset'): void => {
    if (how === 'reset') over = true;
    if (serverEnded) return;
    serverEnded = true;
    if (how === 'fin') responses.end(how, nowUs());
    events.ended(link, how);
  };
  const attach = (made: Leg): void => {
    const { raw } = made;
    const listeners = {
      data: (chunk: Buffer): void => {
        held.push(chunk);
        heldBytes += chunk.length;
        noteReadGarbage(chunk.length);
        responses.bytes(chunk, nowUs());
        events.readable(link);
      },
      end: (): void => {
        ends('fin');
      },
      error: (): void => {
        ends('reset');
      },
      close: (): void => {
        ends('reset');
      },
      drain: (): void => {
        const stalledUs = stalledAtUs === null ? 0 : nowUs() - stalledAtUs;
        stalledAtUs = null;
        events.drained(link, stalledUs);
      },
    };
    for (const [name, listener] of Object.entries(listeners)) raw.on(name, listener);
    stopListening = () => {
      for (const [name, listener] of Object.entries(listeners)) raw.removeListener(name, listener);
    };
    raw.resume();
  };
  const send = (raw: Leg['raw'], bytes: Buffer, written: ((atUs: number) => void) | null): boolean => {
    const more = raw.write(bytes);
    const atUs = nowUs();
    written?.(atUs);
    if (!more) stalledAtUs ??= atUs;
    return more;
  };

  const formed = (head: RequestHeadEvent, path: string): Buffer =>
    forward === null ? originForm(head, path) : absoluteForm(head, basicAuthorization(forward));

  const link: ServerLink = {
    destination,
    key,
    leg: () => leg,
    write: (bytes, written) => {
      if (over) return true;
      if (leg !== null) return send(leg.raw, bytes, written);
      const copy = Buffer.from(bytes);
      unsent.push({ bytes: () => copy, written });
      return false;
    },
    writeHead: (head, path, written) => {
      if (over) return true;
      if (leg !== null) return send(leg.raw, formed(head, path), written);
      const kept = { ...head, raw: Buffer.from(head.raw) };
      unsent.push({ bytes: () => formed(kept, path), written });
      return false;
    },
    passwordNote: () => (forward === null ? null : authFailure(forward, []).message),
    expect: responses.expect,
    handedOver: () => responses.handedOver,
    take: (bytesMax) => {
      const bytes = takeFront(held, bytesMax);
      if (bytes === null) return null;
      heldBytes -= bytes.length;
      takenTo += bytes.length;
      return bytes;
    },
    heldBytes: () => heldBytes,
    takenTo: () => takenTo,
    pause: () => void leg?.raw.pause(),
    resume: () => void leg?.raw.resume(),
    serverEnded: () => serverEnded,
    end: () => {
      endWanted = true;
      leg?.raw.end();
    },
    reset: () => {
      over = true;
      serverEnded = true;
      dialling.cancel();
      leg?.reset();
    },
    drop: () => {
      over = true;
      serverEnded = true;
      dialling.cancel();
      leg?.drop();
    },
    detach: () => {
      over = true;
      stopListening();
      leg?.raw.pause();
      const bytes = held.length === 0 ? null : Buffer.concat(held);
      held.length = 0;
      heldBytes = 0;
      return bytes;
    },
  };

  void dialling.outcome.then((outcome) => {
    if (over) {
      if (outcome.ok) outcome.wire.destroy();
      return;
    }
    if (!outcome.ok) {
      over = true;
      events.failed(link, outcome.error, outcome.report);
      return;
    }
    forward = outcome.forward;
    leg = createServerLeg(outcome, destination.host);
    attach(leg);
    events.connected(link, leg);
    const waiting = unsent;
    unsent = [];
    let more = true;
    leg.raw.cork();
    for (const { bytes, written } of waiting) more = send(leg.raw, bytes(), written);
    leg.raw.uncork();
    if (endWanted) leg.raw.end();
    if (more) events.drained(link, 0);
  });
  return link;
}

/** Removes at most `bytesMax` bytes from the front of the list; null when it is empty. */
function takeFront(held: Buffer[], bytesMax: number): Buffer | null {
  const first = held[0];
  if (first === undefined || bytesMax <= 0) return null;
  if (first.length <= bytesMax) {
    held.shift();
    return first;
  }
  held[0] = first.subarray(bytesMax);
  return first.subarray(0, bytesMax);
}
