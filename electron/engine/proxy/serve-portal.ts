import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { fieldValue } from '../../../core/model/header-fields.ts';
import { codeOfPath } from '../../../core/devices/pairing-code.ts';
import { holdsCertificate, type PortalFacts } from '../../../core/portal/portal-files.ts';
import { answerPortal, isPortalPath, portalHost, type PortalAnswer } from '../../../core/portal/portal.ts';
import type { Visitor } from '../devices/visitor.ts';
import { normalizeAddress, parseAuthority, type AbsoluteTarget, type Destination } from './destination.ts';
import type { Leg } from './leg.ts';

/** The certificate that the portal gives away. */
export type PortalCertificate = Omit<PortalFacts, 'proxyHost' | 'proxyPort'>;

type Request = Pick<RequestHeadEvent, 'method' | 'target' | 'headers' | 'close'>;

/**
 * Whether a request is for the portal rather than for a server: by its name through the proxy, or for one of its pages at the address that the client
 * reached us at, with the proxy or without. Anything else in origin-form is a mistake that the session tells of, and a name that is not ours may be one that a
 * web site made point here.
 */
export function isForPortal(
  { method, target: asked, headers }: Request,
  target: AbsoluteTarget | null,
  { local }: Pick<Leg, 'local'>,
): boolean {
  if (target !== null && target.scheme === 'http' && target.host === portalHost) return true;
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (target !== null) return target.scheme === 'http' && isOwn(target, local) && isPortalPath(target.path);
  if (!asked.startsWith('/') || !isPortalPath(asked)) return false;
  const host = fieldValue(headers, 'host');
  if (host === null || host === '') return true;
  const named = parseAuthority(host, local.port);
  return named !== null && (named.host === portalHost || named.host === 'localhost' || isOwn(named, local));
}

function isOwn({ host, port }: Destination, local: Leg['local']): boolean {
  return port === local.port && normalizeAddress(host) === normalizeAddress(local.address);
}

/** Who asks the portal, and how. */
export interface PortalVisit {
  readonly client: Pick<Leg, 'local'>;
  /** Where the request was for: the path alone without the proxy. */
  readonly path: string;
  readonly isThroughProxy: boolean;
  readonly lacksPassword: boolean;
  /** The paired device; null for this computer, and where anybody may. */
  readonly visitor: Visitor | null;
}

/** The whole answer over HTTP/1.1. What a paired device does here is noted of it. */
export function portalAnswer(request: Request, certificate: PortalCertificate, visit: PortalVisit): Buffer {
  const { client, path, isThroughProxy, lacksPassword, visitor } = visit;
  const userAgent = fieldValue(request.headers, 'user-agent') ?? '';
  if (visitor !== null) noteVisit(visitor, path, userAgent, isThroughProxy);
  const answer = answerPortal(
    {
      ...{ method: request.method, path, userAgent, isThroughProxy, lacksPassword },
      device: visitor === null ? null : { name: visitor.name(), checks: visitor.checks() },
    },
    { ...certificate, proxyHost: normalizeAddress(client.local.address), proxyPort: client.local.port },
  );
  if (answer.status === 200 && request.method === 'GET' && holdsCertificate(path.split('?', 1)[0] ?? ''))
    visitor?.note({ type: 'certificate-downloaded' });
  return pageAnswer(answer, request);
}

function noteVisit(visitor: Visitor, path: string, userAgent: string, isThroughProxy: boolean): void {
  const place = path.split('?', 1)[0] ?? '';
  const code = codeOfPath(path);
  if (code !== null) visitor.scanned(code);
  if (code !== null || place === '/') {
    visitor.introduce(userAgent);
    visitor.note({ type: 'page', isThroughProxy });
  } else if (isThroughProxy) visitor.note({ type: 'proxied' });
}

/** A page of ours over HTTP/1.1. */
export function pageAnswer(
  { status, statusText, location, contentType, fileName, body }: PageParts,
  { method, close }: Pick<Request, 'method' | 'close'>,
): Buffer {
  const bytes = 'text' in body ? Buffer.from(body.text) : Buffer.from(body.base64, 'base64');
  const fields: readonly (readonly [name: string, value: string])[] = [
    ['Content-Type', contentType],
    ['Content-Length', String(bytes.length)],
    ...(location === null ? [] : [['Location', location] as const]),
    ...(fileName === null ? [] : [['Content-Disposition', `attachment; filename="${fileName}"`] as const]),
    [
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data: https://plumbline.test; form-action 'self' http://plumbline.test; base-uri 'none'; frame-ancestors 'none'",
    ],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['Cache-Control', 'no-store'],
    ...(status === 405 ? [['Allow', 'GET, HEAD'] as const] : []),
    ['Connection', close ? 'close' : 'keep-alive'],
  ];
  const text = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`HTTP/1.1 ${status} ${statusText}\r\n${text}\r\n`, 'latin1');
  return method === 'HEAD' ? head : Buffer.concat([head, bytes]);
}

/** An answer of ours: that of the portal, or one of another status. */
export type PageParts = Omit<PortalAnswer, 'status'> & { readonly status: number };
