import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { fieldValue } from '../../../core/model/header-fields.ts';
import type { PortalFacts } from '../../../core/portal/portal-files.ts';
import { answerPortal, isPortalPath, portalHost } from '../../../core/portal/portal.ts';
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

/** The whole answer over HTTP/1.1. */
export function portalAnswer(
  { method, target: asked, headers, close }: Request,
  target: AbsoluteTarget | null,
  certificate: PortalCertificate,
  { local }: Pick<Leg, 'local'>,
  lacksPassword: boolean,
): Buffer {
  const { status, statusText, contentType, fileName, body } = answerPortal(
    {
      method,
      path: target?.path ?? asked,
      userAgent: fieldValue(headers, 'user-agent') ?? '',
      isThroughProxy: target !== null,
      lacksPassword,
    },
    { ...certificate, proxyHost: normalizeAddress(local.address), proxyPort: local.port },
  );
  const bytes = 'text' in body ? Buffer.from(body.text) : Buffer.from(body.base64, 'base64');
  const fields: readonly (readonly [name: string, value: string])[] = [
    ['Content-Type', contentType],
    ['Content-Length', String(bytes.length)],
    ...(fileName === null ? [] : [['Content-Disposition', `attachment; filename="${fileName}"`] as const]),
    [
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
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
