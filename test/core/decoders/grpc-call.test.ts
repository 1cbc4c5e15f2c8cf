import { describe, expect, it } from 'vitest';
import {
  grpcEncoding,
  grpcKind,
  grpcMessage,
  grpcMethod,
  grpcStatus,
  grpcStatusName,
  grpcStatusWords,
  grpcTimeoutMs,
  grpcWebTrailers,
  isGrpc,
} from '../../../core/decoders/grpc-call.ts';

describe('gRPC', () => {
  it.each([
    ['application/grpc', 'grpc'],
    ['Application/gRPC+proto; charset=x', 'grpc'],
    ['application/grpc-web+json', 'grpc-web'],
    ['application/grpc-web-text', 'grpc-web-text'],
    ['application/grpc-other', null],
    ['application/grpcx', null],
    ['text/plain', null],
    [null, null],
  ])('is told by its content type: %s', (contentType, kind) => {
    expect(grpcKind(contentType)).toBe(kind);
    expect(isGrpc(contentType)).toBe(kind !== null);
  });

  it('has a status in trailers or head, a message and an encoding', () => {
    expect(grpcStatus([['Grpc-Status', '14']])).toBe(14);
    expect(grpcStatus([['grpc-status', '1x']])).toBeNull();
    expect(grpcStatus([])).toBeNull();
    expect(grpcMessage([['grpc-message', 'a%20%E2%98%BE 100% %zz %ff']])).toBe('a ☾ 100% %zz \ufffd');
    expect(grpcMessage([])).toBeNull();
    expect(grpcEncoding([['grpc-encoding', 'GZIP']])).toBe('gzip');
    expect(grpcEncoding([])).toBe('identity');
  });

  it.each([
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['100m', 100],
    ['500u', 0.5],
    ['1000000n', 1],
    ['123456789m', null],
    ['1', null],
    ['-1S', null],
    ['', null],
  ])('has a deadline: %s', (value, ms) => {
    expect(grpcTimeoutMs(value)).toBe(ms);
  });

  it.each([
    ['/a.b.Service/Method', { service: 'a.b.Service', method: 'Method' }],
    ['/api/v1/a.Service/Method?x=/y/z', { service: 'a.Service', method: 'Method' }],
    ['/Method', null],
    ['', null],
  ])('names service and method in its path: %s', (path, method) => {
    expect(grpcMethod(path)).toEqual(method);
  });

  it('has a name and a sentence of its own for each of its 17 statuses', () => {
    const codes = Array.from({ length: 17 }, (_, code) => code);
    expect(codes.map(grpcStatusName)).toMatchObject({
      0: 'OK',
      4: 'DEADLINE_EXCEEDED',
      14: 'UNAVAILABLE',
      16: 'UNAUTHENTICATED',
    });
    expect(new Set(codes.map(grpcStatusName)).size).toBe(17);
    expect(new Set(codes.map(grpcStatusWords)).size).toBe(17);
    expect(grpcStatusName(17)).toBeNull();
    expect(grpcStatusWords(17)).toMatch(/0 to 16/);
  });

  it('has trailers as lines of text in gRPC-Web, at most 100 of them', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(grpcWebTrailers(bytes('grpc-status:0\r\nno colon\n:x\nA: b:c \r\n'))).toEqual([
      ['grpc-status', '0'],
      ['A', 'b:c'],
    ]);
    expect(grpcWebTrailers(bytes('a: b\n'.repeat(500)))).toHaveLength(100);
  });
});
