import type { Socket } from 'node:net';
import { createHttp1Requests } from '../../../core/observers/http1.ts';
import { looksLikeHttp2Preface } from '../../../core/observers/http2.ts';
import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { fieldValue } from '../../../core/model/header-fields.ts';
import { codeOfPath } from '../../../core/devices/pairing-code.ts';
import type { Failure } from '../../../core/model/result.ts';
import { pairingPage, type StrangerReason } from '../../../core/portal/pairing-page.ts';
import { portalHost } from '../../../core/portal/portal.ts';
import type { Admission } from '../devices/visitor.ts';
import { failurePage } from './answer.ts';
import { nowUs } from './clock.ts';
import { normalizeAddress, parseAbsoluteTarget, type Destination } from './destination.ts';
import { nodePlatform } from './platform.ts';
import { authenticate, credentialsProblem, type Credentials } from './proxy-auth.ts';
import type { ProxyContext } from './proxy-context.ts';
import { serveClient } from './serve-client.ts';
import { servePages, type OwnAnswer } from './serve-pages.ts';
import { pageAnswer, type PageParts } from './serve-portal.ts';

/** Who is paired needs no password. */
const nobodyAsked: Credentials = { wanted: () => false, accepts: () => true };

/** One connection to the proxy's listener: who comes from another machine is served as a paired device, or shown how to become one. */
export function serveVisitor(context: ProxyContext, raw: Socket): void {
  // It has left already: who it was, nobody can say.
  if (raw.remoteAddress === undefined) {
    raw.destroy();
    return;
  }
  const admission = context.gate.admit(raw);
  if (!(admission instanceof Promise)) {
    serveAs(context, raw, admission);
    return;
  }
  void admission.then((admitted) => {
    if (!raw.destroyed) serveAs(context, raw, admitted);
  });
}

function serveAs(context: ProxyContext, raw: Socket, admission: Admission): void {
  switch (admission.who) {
    case 'anybody':
      serveClient(context, raw);
      return;
    case 'device':
      serveClient({ ...context, credentials: nobodyAsked, visitor: admission.visitor }, raw);
      return;
    case 'stranger':
      serveStranger(context, raw);
      return;
    default:
      admission satisfies never;
  }
}

/** How long a stranger may take to say what it wants, and how much it may say for that. */
const headMs = 15_000;
const headBytesMax = 16_384;

/** Nothing but the page that says how to pair; where the proxy has a password, who knows it is served like anybody. */
function serveStranger(context: ProxyContext, raw: Socket): void {
  const { gate, credentials } = context;
  const left = gate.enters(raw);
  if (left === null) {
    raw.destroy();
    return;
  }
  raw.once('close', left);
  const late = setTimeout(() => raw.destroy(), headMs);
  raw.once('close', () => clearTimeout(late));
  let held: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const isSocks = held[0] === 4 || held[0] === 5;
    const isWhole = isSocks || held[0] === 0x16 || held.includes('\r\n\r\n') || held.length > headBytesMax;
    if (!isWhole) return;
    raw.removeListener('data', onData);
    raw.removeListener('end', onEnd);
    clearTimeout(late);
    const isTls = held[0] === 0x16;
    if (credentials.wanted() && (isSocks || isTls || knowsPassword(credentials, held))) {
      // From here on it is a client like any other, who is asked for the password.
      raw.removeListener('close', left);
      left();
      raw.pause();
      raw.unshift(held);
      serveClient({ ...context, portalWantsPassword: true }, raw);
      raw.resume();
    } else if (isTls || isSocks || looksLikeHttp2Preface(held, held.length) === 'yes') {
      gate.refused(raw, '', isSocks);
      raw.destroy();
    } else servePages(raw, held, (request, isLast) => answerStranger(context, raw, request, isLast));
  };
  const onEnd = (): void => void raw.end();
  raw.on('error', () => undefined);
  raw.on('data', onData);
  raw.once('end', onEnd);
}

/** Whether the first request on a connection has the right user and password. */
function knowsPassword(credentials: Credentials, bytes: Buffer): boolean {
  let knows = null as boolean | null;
  const requests = createHttp1Requests(nodePlatform, (event) => {
    if (event.type === 'request-head') knows ??= credentialsProblem(credentials, event.headers) === null;
  });
  requests.bytes(bytes, nowUs());
  return knows === true;
}

async function answerStranger(
  { gate, credentials }: ProxyContext,
  raw: Socket,
  request: RequestHeadEvent,
  isLast: boolean,
): Promise<OwnAnswer> {
  const { method, target: asked, headers } = request;
  const target = method === 'CONNECT' ? null : parseAbsoluteTarget(asked, method);
  const userAgent = fieldValue(headers, 'user-agent') ?? '';
  const isForUs = method !== 'CONNECT' && (target === null || isOurs(target, raw));
  if (!isForUs && credentials.wanted()) {
    gate.refused(raw, userAgent, true);
    const options = { fields: authenticate.fields, headOnly: method === 'HEAD' };
    const problem = credentialsProblem(credentials, headers) ?? passwordWanted;
    return { bytes: failurePage(407, authenticate.statusText, problem, options), ends: true };
  }
  const code = isForUs ? codeOfPath(target?.path ?? asked) : null;
  if (code === null) gate.refused(raw, userAgent, !isForUs);
  const refusal = code === null ? 'no-code' : await gate.pair(raw, code, userAgent);
  // The next connection is that of a paired device.
  const ends = isLast || refusal === null || method === 'CONNECT' || credentials.wanted();
  return { bytes: pageAnswer(strangerPage(refusal, isForUs), { method, close: ends }), ends };
}

const passwordWanted: Failure = { code: 'proxy-password-missing', message: 'This proxy wants a password.' };

function isOurs({ host, port }: Destination, { localAddress = '', localPort }: Socket): boolean {
  return (
    host === portalHost || (port === localPort && normalizeAddress(host) === normalizeAddress(localAddress))
  );
}

/** `refusal`: null when it was paired just now. */
function strangerPage(refusal: StrangerReason | null, isForUs: boolean): PageParts {
  const page = { contentType: 'text/html; charset=utf-8', fileName: null, location: null };
  if (refusal === null) {
    return { ...page, status: 303, statusText: 'See Other', location: '/', body: { text: '' } };
  }
  const body = { text: pairingPage(refusal, isForUs) };
  if (refusal === 'no-code' && isForUs) return { ...page, status: 200, statusText: 'OK', body };
  if (refusal === 'too-often') return { ...page, status: 429, statusText: 'Too Many Requests', body };
  return { ...page, status: 403, statusText: 'Forbidden', body };
}
