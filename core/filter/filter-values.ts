import { grpcStatusCodes, grpcStatusName, grpcStatusWords } from '../decoders/grpc-call.ts';

/** A value that completion offers before anything was recorded. */
export interface KnownValue {
  readonly value: string;
  readonly detail: string;
}

/** RFC 9110, section 15, and those of other documents that are met often. */
export const statusValues: readonly KnownValue[] = [
  { value: '4xx', detail: 'The client’s fault' },
  { value: '5xx', detail: 'The server’s fault' },
  { value: '>=400', detail: 'Any fault' },
  { value: '2xx', detail: 'Success' },
  { value: '3xx', detail: 'Redirection' },
  { value: '1xx', detail: 'Information' },
  { value: '101', detail: 'Switching Protocols' },
  { value: '200', detail: 'OK' },
  { value: '201', detail: 'Created' },
  { value: '204', detail: 'No Content' },
  { value: '206', detail: 'Partial Content' },
  { value: '301', detail: 'Moved Permanently' },
  { value: '302', detail: 'Found' },
  { value: '304', detail: 'Not Modified' },
  { value: '307', detail: 'Temporary Redirect' },
  { value: '308', detail: 'Permanent Redirect' },
  { value: '400', detail: 'Bad Request' },
  { value: '401', detail: 'Unauthorized' },
  { value: '403', detail: 'Forbidden' },
  { value: '404', detail: 'Not Found' },
  { value: '405', detail: 'Method Not Allowed' },
  { value: '408', detail: 'Request Timeout' },
  { value: '409', detail: 'Conflict' },
  { value: '413', detail: 'Content Too Large' },
  { value: '422', detail: 'Unprocessable Content' },
  { value: '429', detail: 'Too Many Requests' },
  { value: '500', detail: 'Internal Server Error' },
  { value: '502', detail: 'Bad Gateway' },
  { value: '503', detail: 'Service Unavailable' },
  { value: '504', detail: 'Gateway Timeout' },
];

export const grpcStatusValues: readonly KnownValue[] = [
  { value: '>0', detail: 'Any fault' },
  ...grpcStatusCodes.map((code) => ({
    value: grpcStatusName(code) ?? String(code),
    detail: `${code} · ${grpcStatusWords(code)}`,
  })),
];

export const methodNames = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE'];

export const schemeNames = ['https', 'http', 'tcp', 'tls'];

export const headerNames = [
  'accept',
  'accept-encoding',
  'access-control-allow-origin',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'etag',
  'if-none-match',
  'location',
  'origin',
  'referer',
  'server',
  'set-cookie',
  'transfer-encoding',
  'user-agent',
  'via',
  'x-forwarded-for',
];
