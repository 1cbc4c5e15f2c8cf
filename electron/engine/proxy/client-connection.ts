import { fieldValue } from '../../../core/model/header-fields.ts';
import { createHttp1Requests, upgradeToken, type Http1Requests } from '../../../core/observers/http1.ts';
import type { Http1Event, RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { readUpgradeSettings, type UpgradeSettings } from '../../../core/observers/http2.ts';
import { isProxyField, withoutProxyCredentials } from '../../../core/model/origin-form.ts';
import type { Failure } from '../../../core/model/result.ts';
import { failurePage } from './answer.ts';
import { nowUs } from './clock.ts';
import { refuseArrival } from './arrival.ts';
import { connectArrival } from './connect.ts';
import { createTargetReader, parseAuthority, type AbsoluteTarget } from './destination.ts';
import type { DialReport } from './dial.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { asksHttp2 } from './head-facts.ts';
import { createHttpExchanges } from './http-exchanges.ts';
import type { Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import { giveBack } from './pooled-reads.ts';
import { askedMax, authenticate, credentialsProblem } from './proxy-auth.ts';
import type { ProxyContext } from './proxy-context.ts';
import { noteReadGarbage } from './read-garbage.ts';
import { serveArrival } from './serve-arrival.ts';
import { isForPortal, portalAnswer } from './serve-portal.ts';
import { createServerLink, type LinkEvents, type ServerLink } from './server-link.ts';
import { tap } from './tap.ts';
import { closeFailure } from './tap-reader.ts';
import { corkThisTurn } from './turn.ts';
import { createUpgradedReader, type Upgrade } from './upgraded-reader.ts';

/** A request whose answer is owed to the client, in the order the requests came. */
interface Owed {
  readonly message: number;
  link: ServerLink | null;
  /** Our own answer in place of a server's. */
  page: Buffer | null;
  /** Offset in the link's stream just past the answer, null until it is known. */
  answerEnds: number | null;
  /** What becomes of the client's connection after this answer, as the server said or did. */
  after: 'go-on' | 'fin' | 'reset';
}

/** Bytes that came behind a request for another protocol: whether they are HTTP is known with its answer. */
interface Undecided {
  readonly message: number;
  /** Offset of the first of them. */
  readonly from: number;
  readonly bytes: Buffer[];
  answered: boolean;
}

/** A protocol that follows HTTP/1 behind a 101. */
interface Upgraded {
  readonly link: ServerLink;
  readonly message: number;
  readonly upgrade: Upgrade;
  /** What the client has sent of it. */
  readonly early: Buffer[];
}

/** Answers of the portal on one connection: they wait in memory for a client that does not read. */
const shownMax = 64;

/** Requests that may wait for their answers before the client is read no further. */
const owedMax = 256;

/**
 * One connection to the proxy's listener that speaks HTTP, `first` being its first bytes: plain HTTP requests go to the server each of them names, answers come
 * back in request order, bytes as they were but for the named rewriting of the head. A CONNECT takes the
 * connection over as soon as earlier answers are delivered.
 */
export function serveConnection(context: ProxyContext, client: Leg, first: Buffer): void {
  const { raw } = client;
  client.note({ way: 'proxy' });
  const exchanges = createHttpExchanges(context.recorder, client);
  const links = new Map<string, ServerLink>();
  const readTarget = createTargetReader();
  const owed: Owed[] = [];
  let chunk: Buffer = Buffer.alloc(0);
  let chunkFrom = 0;
  /** Stream offset up to which request bytes were handed on. */
  let cursor = 0;
  let current: ServerLink | null = null;
  let connect: { head: RequestHeadEvent; early: Buffer | null } | null = null;
  /** Requests in a row that had no right password. */
  let asked = 0;
  /** Answers of the portal. */
  let shown = 0;
  /** Offset behind a CONNECT that was answered with 407: what follows is HTTP again. */
  let goOnFrom: number | null = null;
  /** The request under way asks for another protocol. */
  let asksUpgrade = false;
  /** Of the last request that asked for HTTP/2. */
  let http2Settings: { readonly message: number; readonly read: UpgradeSettings } | null = null;
  let undecided: Undecided | null = null;
  /** Both sides have switched to another protocol with this message. */
  let upgraded: Upgraded | null = null;
  let refused = false;
  let clientEnded = false;
  let clientGone = false;
  const holds = new Set<string>();

  const hold = (reason: string): void => {
    holds.add(reason);
    raw.pause();
  };
  const release = (reason: string): void => {
    if (holds.delete(reason) && holds.size === 0) raw.resume();
  };

  const onRequest = (event: Http1Event): void => {
    switch (event.type) {
      case 'request-head':
        beginRequest(event);
        return;
      case 'request-end':
        handOn(event.to, exchanges.get(event.message) ?? null);
        exchanges.on(event, null);
        if (current?.serverEnded() === true) current.end();
        current = null;
        if (asksUpgrade) {
          requests.stop();
          undecided = { message: event.message, from: event.to, bytes: [], answered: false };
        }
        return;
      case 'unreadable':
        exchanges.on(event, null);
        refuse({ code: 'bad-request', message: event.defect.message }, null);
        return;
      default:
        exchanges.on(event, null);
    }
  };
  const requests: Http1Requests = createHttp1Requests(nodePlatform, onRequest);

  function beginRequest(event: RequestHeadEvent): void {
    cursor = event.to;
    if (refused) return;
    const target = event.method === 'CONNECT' ? null : readTarget(event.target, event.method);
    const mayShow =
      !context.portalWantsPassword || credentialsProblem(context.credentials, event.headers) === null;
    if (mayShow && !isAmbiguous(event) && isForPortal(event, target, client)) {
      showPortal(event, target);
      return;
    }
    const unknown = credentialsProblem(context.credentials, event.headers);
    if (unknown !== null) {
      askForPassword(event, unknown);
      return;
    }
    asked = 0;
    if (event.method === 'CONNECT') {
      client.visitor?.note({ type: 'proxied' });
      connect = { head: forSession(event), early: null };
      return;
    }
    const problem = requestProblem(event, target);
    if (target === null || problem !== null) {
      refuse(problem ?? notAProxyRequest, { event, target });
      return;
    }
    client.visitor?.note({ type: 'proxied' });
    const draft = exchanges.begin(forSession(event), target);
    asksUpgrade = event.framing === 'none' && event.headers.some(([name]) => isUpgradeField(name));
    if (asksUpgrade && asksHttp2(event.headers))
      http2Settings = { message: event.message, read: readUpgradeSettings(event.headers, nodePlatform) };
    const link = linkTo(target, asksUpgrade && asksWebSocket(event));
    current = link;
    owed.push({ message: event.message, link, page: null, answerEnds: null, after: 'go-on' });
    const leg = link.leg();
    if (leg !== null) draft.attachServer(leg);
    const headAtUs = event.atUs;
    if (leg !== null) corkThisTurn(leg.raw);
    sendHead(link, event, target.path, (atUs) => {
      draft.fields.sentFromUs ??= atUs;
      draft.fields.sentToUs = atUs;
      draft.addOwn(atUs - Math.max(headAtUs, link.leg()?.dialled?.readyAtUs ?? 0));
    });
    link.expect(event.message, event.method);
    if (owed.length >= owedMax) hold('owed');
  }

  /** Hands request bytes on up to this stream offset, as they came. */
  function handOn(to: number, draft: ExchangeDraft | null): void {
    const bytes = chunk.subarray(Math.max(0, cursor - chunkFrom), Math.max(0, to - chunkFrom));
    cursor = Math.max(cursor, to);
    if (current === null || bytes.length === 0) return;
    send(current, bytes, (atUs) => {
      if (draft !== null) draft.fields.sentToUs = atUs;
    });
  }

  function send(link: ServerLink, bytes: Buffer, written: (atUs: number) => void): void {
    if (!link.write(bytes, written)) hold(link.key);
  }

  function sendHead(
    link: ServerLink,
    head: RequestHeadEvent,
    path: string,
    written: (atUs: number) => void,
  ): void {
    if (!link.writeHead(head, path, written)) hold(link.key);
  }

  /**
   * WebSockets go through a tunnel (RFC 6455 section 4.1): an upstream proxy would not hand the upgrade on. Other
   * upgrades, such as h2c, are an offer that a server may pass over, and many proxies take CONNECT to port 443 only.
   */
  function linkTo({ host, port, authority }: AbsoluteTarget, webSocket: boolean): ServerLink {
    const tunnels = webSocket && context.router.mayUseProxy();
    const key = tunnels ? `${authority} tunnel` : authority;
    const known = links.get(key);
    if (known !== undefined) return known;
    const link = createServerLink(context, { host, port }, key, tunnels ? 'tunnel' : 'forward', linkEvents);
    links.set(key, link);
    return link;
  }

  /** Answers with a page of our own, in turn, and reads no further requests. */
  function refuse(
    failure: Failure,
    request: { event: RequestHeadEvent; target: AbsoluteTarget | null } | null,
  ): void {
    if (refused) return;
    refused = true;
    if (request !== null) {
      const { event, target } = request;
      const place = target ?? { scheme: 'http', host: '', port: 0, path: event.target };
      const draft = exchanges.begin(forSession(event), place);
      draft.fields.status = 400;
      draft.fields.statusText = 'Bad Request';
      draft.fail(failure.code, failure.message);
    }
    const message = request?.event.message ?? -1;
    const page = failurePage(400, 'Bad Request', failure);
    owed.push({ message, link: null, page, answerEnds: null, after: 'fin' });
    requests.stop();
    deliver();
  }

  /** Answers with the portal in turn; nobody needs a password for it, and no session tells of it. A body that may follow is read and dropped. */
  function showPortal(event: RequestHeadEvent, target: AbsoluteTarget | null): void {
    current = null;
    asksUpgrade = false;
    shown += 1;
    const ends =
      event.close || event.expectsContinue || shown >= shownMax || event.defects.some(({ fatal }) => fatal);
    const lacksPassword = target !== null && credentialsProblem(context.credentials, event.headers) !== null;
    const visit = {
      ...{ client, lacksPassword, visitor: client.visitor },
      path: target?.path ?? event.target,
      isThroughProxy: target !== null,
    };
    owePage(event.message, portalAnswer({ ...event, close: ends }, context.portal(), visit), ends);
  }

  /** A page of our own, in its turn. */
  function owePage(message: number, page: Buffer, ends: boolean): void {
    owed.push({ message, link: null, page, answerEnds: null, after: ends ? 'fin' : 'go-on' });
    if (ends) refused = true;
    deliver();
  }

  /** Answers 407 in turn; the body that may follow is read and dropped, and the next request may be better. */
  function askForPassword(event: RequestHeadEvent, failure: Failure): void {
    asked += 1;
    current = null;
    asksUpgrade = false;
    const connects = event.method === 'CONNECT';
    const target = connects ? null : readTarget(event.target, event.method);
    const { host, port } = target ?? parseAuthority(event.target, null) ?? { host: '', port: 0 };
    const draft = exchanges.begin(forSession(event), {
      scheme: connects ? 'tcp' : 'http',
      host,
      port,
      path: target?.path ?? (connects ? '' : event.target),
    });
    if (connects) draft.fields.protocol = 'tunnel';
    draft.fields.status = 407;
    draft.fields.statusText = authenticate.statusText;
    draft.fail(failure.code, failure.message);
    // A client that waits for 100 (Continue) may or may not send the body that it announced.
    const ends =
      event.close ||
      event.expectsContinue ||
      asked >= askedMax ||
      isAmbiguous(event) ||
      event.defects.some(({ fatal }) => fatal);
    const page = failurePage(407, authenticate.statusText, failure, {
      fields: authenticate.fields,
      keepAlive: !ends,
      headOnly: event.method === 'HEAD',
    });
    if (connects && !ends) goOnFrom = event.to;
    owePage(event.message, page, ends);
  }

  const linkEvents: LinkEvents = {
    connected: (link, leg) => {
      for (const { message, link: of } of owed) if (of === link) exchanges.get(message)?.attachServer(leg);
    },
    failed: (link, failure, report) => {
      links.delete(link.key);
      for (const answer of owed) if (answer.link === link) failRequest(answer, link, failure, report);
      release(link.key);
      deliver();
    },
    http: (link, event) => {
      const answer = owed.find(({ message, link: of }) => message === event.message && of === link);
      if (event.type === 'unreadable' && answer === undefined) {
        // What nobody asked for, such as a 408 on an idle connection, is passed on in its turn, too.
        owed.push({ message: -1, link, page: null, answerEnds: null, after: 'fin' });
      }
      if (event.type === 'response-head' && !event.interim) {
        if (answer !== undefined && (event.close || event.framing === 'until-close')) answer.after = 'fin';
        if (undecided?.message === event.message) undecided.answered = true;
        const draft = exchanges.get(event.message);
        if (event.status === 407 && draft !== undefined) draft.addNote(link.passwordNote());
        if (event.status === 101 && draft !== undefined) {
          const to = upgradeToken(event.headers);
          draft.fields.protocol = to;
          const upgrade = {
            to,
            webSocketExtensions: fieldValue(event.headers, 'sec-websocket-extensions'),
            http2Settings: http2Settings?.message === event.message ? http2Settings.read : null,
          };
          upgraded = { link, message: event.message, upgrade, early: [] };
        }
      }
      if (event.type === 'response-end') {
        if (answer !== undefined) {
          answer.answerEnds = event.to;
          if (!event.complete) answer.after = 'fin';
        }
        if (link.handedOver()) return;
      }
      exchanges.on(event, null);
    },
    readable: (link) => {
      if (undecided?.answered === true) decide(undecided);
      deliver();
      if (link.heldBytes() > 0) link.pause();
    },
    drained: (link, stalledUs) => {
      if (stalledUs > 0 && current === link) {
        const draft = exchanges.get(owed.at(-1)?.message ?? -1);
        if (draft !== undefined) draft.fields.serverStallUs += stalledUs;
      }
      release(link.key);
    },
    ended: (link, how) => {
      if (links.get(link.key) === link) links.delete(link.key);
      release(link.key);
      if (how === 'fin' && current !== link && upgraded?.link !== link) link.end();
      for (const answer of owed) if (answer.link === link) endAnswer(answer, link, how);
      deliver();
      linkOver(link, how);
    },
  };

  function failRequest(answer: Owed, link: ServerLink, failure: Failure, report: DialReport): void {
    const draft = exchanges.get(answer.message);
    answer.link = null;
    answer.page = failurePage(502, 'Bad Gateway', failure);
    answer.after = 'fin';
    if (current === link) current = null;
    if (draft === undefined) return;
    draft.attachFailedDial(report, link.destination.host, link.destination.port, failure.code);
    draft.fields.status = 502;
    draft.fields.statusText = 'Bad Gateway';
    draft.fail(failure.code, failure.message);
  }

  /** The server's stream is over: an answer that did not say where it ends, ends there and as it did. */
  function endAnswer(answer: Owed, link: ServerLink, how: 'fin' | 'reset'): void {
    if (answer.answerEnds !== null) return;
    answer.answerEnds = link.takenTo() + link.heldBytes();
    answer.after = how;
    if (how === 'reset') exchanges.get(answer.message)?.fail(...closeFailure('server'));
  }

  /** What a server's ending means for the client: the same ending, where the client would have seen it. */
  function linkOver(link: ServerLink, how: 'fin' | 'reset'): void {
    if (clientGone || upgraded?.link === link) return;
    if (links.size === 0 && owed.length === 0 && connect === null && !refused) {
      if (how === 'fin') raw.end();
      else resetClient();
    }
  }

  function resetClient(): void {
    exchanges.failAll(...closeFailure('server'));
    client.reset();
  }

  /** The answer says whether the client's bytes are HTTP still. */
  function decide({ from, bytes }: Undecided): void {
    undecided = null;
    if (upgraded !== null) {
      upgraded.early.push(...bytes);
      return;
    }
    if (refused) return;
    requests.resume();
    chunkFrom = from;
    for (const each of bytes) onData(each);
    release('upgrade');
  }

  /** Writes what the first owed answer has, then the next, until one is still to come. */
  function deliver(): void {
    for (let answer = owed[0]; answer !== undefined; answer = owed[0]) {
      if (!deliverAnswer(answer)) return;
      owed.shift();
      if (owed.length === owedMax - 1) release('owed');
      if (answer.after === 'fin') return close();
      if (answer.after === 'reset') return resetClient();
    }
    if (upgraded !== null && owed.length === 0) joinUpgraded(upgraded);
    if (connect !== null && owed.length === 0) takeOver();
  }

  function deliverAnswer(answer: Owed): boolean {
    const { link, message, page } = answer;
    if (page !== null) {
      raw.write(page);
      exchanges.taken(message, nowUs());
      return true;
    }
    if (link === null) return true;
    for (;;) {
      const left = answer.answerEnds === null ? Infinity : answer.answerEnds - link.takenTo();
      if (left <= 0) {
        if (!isUpgraded(message)) whenTaken(message);
        return true;
      }
      const bytes = link.take(left);
      if (bytes === null) {
        link.resume();
        return false;
      }
      const fromUs = nowUs();
      const draft = exchanges.get(message);
      if (draft !== undefined) draft.fields.clientFromUs ??= fromUs;
      const last = bytes.length === left;
      const ends = last && !isUpgraded(message);
      corkThisTurn(raw);
      const more = raw.write(bytes, (error) => {
        if (error != null) return;
        giveBack(bytes);
        if (ends) exchanges.taken(message, nowUs());
      });
      if (last && draft !== undefined) draft.addOwn(nowUs() - (draft.fields.responseToUs ?? fromUs));
      if (!more && !raw.destroyed) {
        link.pause();
        raw.once('drain', () => {
          if (draft !== undefined) draft.fields.clientStallUs += nowUs() - fromUs;
          if (links.has(link.key) || link.heldBytes() > 0) link.resume();
          deliver();
        });
        if (!last) return false;
      } else if (last && link.heldBytes() === 0) {
        // It was paused while its answer waited for its turn; how the server ends is only noticed while reading.
        link.resume();
      }
      if (last) return true;
    }
  }

  /** Its answer is over, but not the exchange: another protocol follows. */
  function isUpgraded(message: number): boolean {
    return upgraded?.message === message;
  }

  /** Every byte of the answer was handed on before it was known to be the last. */
  function whenTaken(message: number): void {
    if (raw.writableLength === 0) exchanges.taken(message, nowUs());
    else
      raw.write('', () => {
        exchanges.taken(message, nowUs());
      });
  }

  /** Nothing is HTTP/1 any more on either side: what is left to come is tapped. */
  function joinUpgraded({ link, message, upgrade, early }: Upgraded): void {
    const server = link.leg();
    const draft = exchanges.release(message);
    if (server === null || draft === null) return;
    detach();
    requests.stop();
    for (const other of links.values()) if (other !== link) other.drop();
    const serverFirst = link.detach();
    const { host, port } = link.destination;
    tap({
      ...{ recorder: context.recorder, client, server, host, port, scheme: 'http', ownUs: 0, unread: null },
      clientFirst: early.length === 0 ? null : Buffer.concat(early),
      serverFirst,
      reader: (options, serverPump) => createUpgradedReader(upgrade, draft, options, serverPump),
    });
  }

  function close(): void {
    refused = true;
    requests.stop();
    raw.end();
    holds.clear();
    raw.resume();
  }

  function takeOver(): void {
    if (connect === null) return;
    const { head, early } = connect;
    const destination = parseAuthority(head.target, null);
    detach();
    for (const link of links.values()) link.drop();
    const arrival = connectArrival(client, head, destination ?? { host: head.target, port: 0 }, early);
    if (destination === null) {
      refuseArrival(context, arrival, {
        code: 'bad-connect',
        message: `CONNECT needs a host and a port, such as example.com:443; this one said "${head.target.slice(0, 200)}".`,
      });
      return;
    }
    void serveArrival(context, arrival);
  }

  const onData = (bytes: Buffer): void => {
    noteReadGarbage(bytes.length);
    if (upgraded !== null && undecided === null) {
      upgraded.early.push(bytes);
      hold('upgrade');
      return;
    }
    if (undecided !== null) {
      undecided.bytes.push(bytes);
      hold('upgrade');
      return;
    }
    chunk = bytes;
    requests.bytes(bytes, nowUs());
    if (goOnFrom !== null) {
      const rest = bytes.subarray(goOnFrom - chunkFrom);
      chunkFrom = goOnFrom;
      goOnFrom = null;
      requests.resume();
      if (rest.length > 0) onData(rest);
      return;
    }
    if (isUndecided()) {
      const rest = bytes.subarray(cursor - chunkFrom);
      chunkFrom = cursor;
      if (rest.length > 0) onData(rest);
      return;
    }
    if (connect === null) handOn(chunkFrom + bytes.length, null);
    chunkFrom += bytes.length;
    if (connect === null) return;
    const rest = bytes.subarray(Math.max(0, bytes.length - (chunkFrom - connect.head.to)));
    connect.early =
      rest.length === 0 ? connect.early : Buffer.concat([connect.early ?? Buffer.alloc(0), rest]);
    raw.pause();
    if (owed.length === 0) takeOver();
  };
  const onEnd = (): void => {
    clientEnded = true;
    requests.end('fin', nowUs());
    for (const link of openLinks()) link.end();
    if (links.size === 0 && owed.length === 0) raw.end();
  };
  const onError = (): void => {
    gone('client');
  };
  const onClose = (): void => {
    gone(clientEnded ? 'fin' : 'client');
  };
  function gone(by: 'fin' | 'client'): void {
    if (clientGone) return;
    clientGone = true;
    for (const link of openLinks()) {
      if (by === 'fin') link.drop();
      else link.reset();
    }
    exchanges.failAll(...closeFailure(by));
  }
  /** Those that can be written to: also one whose server has ended its half. */
  function openLinks(): Set<ServerLink> {
    const open = new Set(links.values());
    if (current !== null) open.add(current);
    if (upgraded !== null) open.add(upgraded.link);
    return open;
  }
  // A function, because the compiler does not see that the observer's events change it.
  function isUndecided(): boolean {
    return undecided !== null;
  }
  function detach(): void {
    raw.removeListener('data', onData);
    raw.removeListener('end', onEnd);
    raw.removeListener('error', onError);
    raw.removeListener('close', onClose);
  }

  raw.on('data', onData);
  raw.once('end', onEnd);
  raw.on('error', onError);
  raw.once('close', onClose);
  onData(first);
}

/** The head as it is kept: without the password that was meant for the proxy. */
function forSession(event: RequestHeadEvent): RequestHeadEvent {
  const { headers, defects, raw } = event;
  if (defects.length === 0 && !headers.some(([name]) => isProxyField(name))) return event;
  const kept = withoutProxyCredentials(nodePlatform.latin1(raw, 0, raw.length));
  return { ...event, raw: nodePlatform.bytesOfLatin1(kept) };
}

function asksWebSocket({ headers }: RequestHeadEvent): boolean {
  return headers.some(([name, value]) => isUpgradeField(name) && /websocket/i.test(value));
}

function isUpgradeField(name: string): boolean {
  return name.length === 7 && name.toLowerCase() === 'upgrade';
}

const notAProxyRequest: Failure = {
  code: 'not-a-proxy-request',
  message:
    'This address is a proxy. Set it as the HTTP proxy of an application; how, a browser is told by its first page.',
};

type Defect = RequestHeadEvent['defects'][number];

function isOfLength({ code }: Defect): boolean {
  return code === 'ambiguous-length' || code === 'bad-length';
}

/** Where its body ends is not certain: what follows may be a part of it. */
function isAmbiguous({ defects }: RequestHeadEvent): boolean {
  return defects.some(isOfLength);
}

function requestProblem(event: RequestHeadEvent, target: AbsoluteTarget | null): Failure | null {
  const ambiguous = event.defects.find(isOfLength);
  if (ambiguous !== undefined) {
    return {
      code: 'ambiguous-request',
      message: `${ambiguous.message} Servers disagree on where such a request ends, so it was not passed on.`,
    };
  }
  if (target !== null && target.scheme !== 'http') {
    return {
      code: 'unsupported-scheme',
      message: `A proxy request for ${target.scheme}:// cannot be passed on. Use CONNECT for https.`,
    };
  }
  return null;
}
