import { fieldValue, type HeaderFields } from '../model/header-fields.ts';
import { percentBytes } from './data-url.ts';
import { mediaTypeOf } from './decoder.ts';
import { decodeLatin1, decodeUtf8 } from './utf8.ts';

/** gRPC over HTTP/2, and the two forms of gRPC-Web: as bytes, and with all of it in base64. */
export type GrpcKind = 'grpc' | 'grpc-web' | 'grpc-web-text';

/** Flag byte of the frame that carries the trailers of gRPC-Web; its lowest bit still says that it is compressed. */
export const grpcTrailersFlag = 0x80;

/** What the media type says (gRPC over HTTP2, "Content-Type"; gRPC-Web, "Protocol differences"); null: not gRPC. */
export function grpcKind(contentType: string | null): GrpcKind | null {
  const kind = /^application\/(grpc(?:-web(?:-text)?)?)(?:\+|$)/.exec(mediaTypeOf(contentType))?.[1];
  return kind === 'grpc' || kind === 'grpc-web' || kind === 'grpc-web-text' ? kind : null;
}

export function isGrpc(contentType: string | null): boolean {
  return grpcKind(contentType) !== null;
}

/** The status of a call from its trailers, or from the head of an answer that has nothing else; null: it says none. */
export function grpcStatus(fields: HeaderFields): number | null {
  const value = fieldValue(fields, 'grpc-status');
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

/** The text beside the status, its percent escapes undone ("Status-Message"); what is no escape stays as it is. */
export function grpcMessage(fields: HeaderFields): string | null {
  const value = fieldValue(fields, 'grpc-message');
  return value === null ? null : decodeUtf8(percentBytes(value));
}

/** What messages with the compressed flag are compressed with ("Message-Encoding"); `identity` when it is not said. */
export function grpcEncoding(fields: HeaderFields): string {
  return fieldValue(fields, 'grpc-encoding')?.trim().toLowerCase() ?? 'identity';
}

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The value of `grpc-timeout`, such as `100m`, in ms ("Timeout"); null for anything else. */
export function grpcTimeoutMs(value: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(value.trim()) ?? [];
  const factor = unitMs[unit];
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}

export interface GrpcMethod {
  /** With its package, such as `routeguide.RouteGuide`. */
  readonly service: string;
  readonly method: string;
}

/** The last two segments of the path: gRPC-Web is sometimes served below a prefix. Null where there are none. */
export function grpcMethod(path: string): GrpcMethod | null {
  const [, service, method] = /([^/?#]+)\/([^/?#]+)(?:[?#].*)?$/s.exec(path.slice(0, pathCharsMax)) ?? [];
  return service === undefined || method === undefined ? null : { service, method };
}

const pathCharsMax = 4096;

/** The name of a status code as programs write it; null for a code that has none. */
export function grpcStatusName(code: number): string | null {
  return statuses[code]?.[0] ?? null;
}

/** What a status code means, one plain sentence. */
export function grpcStatusWords(code: number): string {
  return statuses[code]?.[1] ?? 'Not a status of gRPC: they go from 0 to 16.';
}

/** `14 UNAVAILABLE`; the number alone for a code without a name. */
export function grpcStatusText(code: number): string {
  const name = grpcStatusName(code);
  return name === null ? String(code) : `${code} ${name}`;
}

/** Every code that has a name, from 0 on. */
export const grpcStatusCodes: readonly number[] = Array.from({ length: 17 }, (_, code) => code);

const statuses: readonly (readonly [name: string, words: string])[] = [
  ['OK', 'The call succeeded.'],
  ['CANCELLED', 'The call was cancelled, mostly by the client, which no longer wants the answer.'],
  ['UNKNOWN', 'The server failed and says no more; often an exception that its code did not catch.'],
  ['INVALID_ARGUMENT', 'The request holds something that is wrong whatever the state of the server.'],
  [
    'DEADLINE_EXCEEDED',
    'The deadline of the call passed before it was done; the server may still have finished it.',
  ],
  ['NOT_FOUND', 'What was asked for does not exist.'],
  ['ALREADY_EXISTS', 'What should be made exists already.'],
  ['PERMISSION_DENIED', 'The caller is known and may not do this.'],
  ['RESOURCE_EXHAUSTED', 'A quota, a size limit or the memory or disk of the server is used up.'],
  [
    'FAILED_PRECONDITION',
    'The server is not in the state that the call needs; repeating it alone will not help.',
  ],
  [
    'ABORTED',
    'Another call got in the way, such as a transaction that conflicts; begin again from where it started.',
  ],
  ['OUT_OF_RANGE', 'The call went past a valid range, such as reading behind the end of a file.'],
  ['UNIMPLEMENTED', 'The server does not know this service or method, or does not offer it.'],
  ['INTERNAL', 'Something inside is broken: an invariant of the server, or the bytes between both sides.'],
  ['UNAVAILABLE', 'The server cannot be reached or is not ready now; trying again after a pause may work.'],
  ['DATA_LOSS', 'Data was lost or damaged and cannot be recovered.'],
  ['UNAUTHENTICATED', 'The caller did not say who it is, or its credentials are not valid.'],
];

/** Fields of a trailers frame beyond this number are left out. */
const trailersMax = 100;

/** The payload of a trailers frame of gRPC-Web: header lines of HTTP/1 (gRPC-Web, "Trailers"). */
export function grpcWebTrailers(payload: Uint8Array): HeaderFields {
  const fields: (readonly [string, string])[] = [];
  for (const line of decodeLatin1(payload).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && fields.length < trailersMax)
      fields.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return fields;
}
