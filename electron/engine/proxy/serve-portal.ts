import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { fieldValue } from '../../../core/model/header-fields.ts';
import { answerPortal, isPortalPath, portalHost, type PortalFacts } from '../../../core/portal/portal.ts';
import { normalizeAddress, type AbsoluteTarget } from './destination.ts';
import type { Leg } from './leg.ts';

/** The certificate that the portal gives away. */
export type PortalCertificate = Omit<PortalFacts, 'proxyHost' | 'proxyPort'>;

type Request = Pick<RequestHeadEvent, 'method' | 'target' | 'headers' | 'close'>;

/**
 * Whether a request is for the portal rather than for a server: by its name through the proxy, or for one of its pages in origin-form, as a browser asks
 * that was given the proxy's address. Anything else in origin-form is a mistake that the session tells of.
 */
export function isForPortal({ method, target: asked }: Request, target: AbsoluteTarget | null): boolean {
  if (target !== null) return target.scheme === 'http' && target.host === portalHost;
  return (method === 'GET' || method === 'HEAD') && asked.startsWith('/') && isPortalPath(asked);
}

/** The whole answer over HTTP/1.1. */
export function portalAnswer(
  { method, target: asked, headers, close }: Request,
  target: AbsoluteTarget | null,
  certificate: PortalCertificate,
  { local }: Pick<Leg, 'local'>,
): Buffer {
  const { status, statusText, contentType, fileName, body } = answerPortal(
    {
      method,
      path: target?.path ?? asked,
      userAgent: fieldValue(headers, 'user-agent') ?? '',
      isThroughProxy: target !== null,
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
