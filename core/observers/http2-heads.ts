import type { HeadLine } from '../model/head-text.ts';
import type { Platform } from '../model/platform.ts';
import type { Http2Defect, Http2Head, Http2RequestHead, Http2ResponseHead } from './http2-events.ts';
import type { HpackBlock } from './http2-hpack.ts';

/** What a header block is: by who sent it, on which stream, and what that had said before. */
export type BlockKind = 'request' | 'response' | 'trailers' | 'unheeded';

export type AnyHead = Http2RequestHead | Http2ResponseHead | Http2Head;

export function readRequestHead(platform: Platform, block: HpackBlock, blockBytes: number): Http2RequestHead {
  const headers: HeadLine[] = [];
  let lines = '';
  let method = '';
  let scheme = '';
  let authority = '';
  let path = '';
  let protocol: string | null = null;
  let priority: string | null = null;
  let strange = false;
  let isPastPseudo = false;
  for (const field of block.fields) {
    headers.push(field.line);
    lines += field.text;
    const value = field.line[1];
    switch (field.role) {
      case ':method':
        strange ||= isPastPseudo || method !== '';
        method = value;
        break;
      case ':scheme':
        strange ||= isPastPseudo || scheme !== '';
        scheme = value;
        break;
      case ':authority':
        strange ||= isPastPseudo || authority !== '';
        authority = value;
        break;
      case ':path':
        strange ||= isPastPseudo || path !== '';
        path = value;
        break;
      case ':protocol':
        strange ||= isPastPseudo || protocol !== null;
        protocol = value;
        break;
      case ':status':
        strange = true;
        break;
      case 'priority':
        isPastPseudo = true;
        priority = value;
        break;
      case 'plain':
        isPastPseudo = true;
        break;
      default:
        field.role satisfies never;
    }
  }
  const isConnect = method === 'CONNECT' && protocol === null;
  const lacks =
    block.defects.length === 0 &&
    (method === '' || (isConnect ? authority === '' : scheme === '' || path === ''));
  const target = isConnect ? authority : path;
  const text = `${method === '' ? '?' : method} ${target === '' ? '?' : target} HTTP/2\r\n${lines}\r\n`;
  return {
    headers,
    raw: platform.bytesOfLatin1(text),
    blockBytes,
    defects: withDefects(block.defects, strange, lacks ? 'The request lacks a pseudo-header field.' : ''),
    priority,
    method,
    scheme,
    authority,
    path,
    protocol,
  };
}

export function readResponseHead(
  platform: Platform,
  block: HpackBlock,
  blockBytes: number,
): Http2ResponseHead {
  const headers: HeadLine[] = [];
  let lines = '';
  let status = '';
  let priority: string | null = null;
  let strange = false;
  for (const field of block.fields) {
    if (field.role === ':status') {
      strange ||= headers.length > 0;
      status = field.line[1];
    } else if (field.role === 'priority') {
      priority = field.line[1];
    } else if (field.role !== 'plain') {
      strange = true;
    }
    headers.push(field.line);
    lines += field.text;
  }
  const isStatus = /^[1-9][0-9][0-9]$/.test(status);
  const lacks = block.defects.length === 0 && !isStatus;
  return {
    headers,
    raw: platform.bytesOfLatin1(`HTTP/2 ${isStatus ? status : '?'}\r\n${lines}\r\n`),
    blockBytes,
    defects: withDefects(block.defects, strange, lacks ? 'The response has no status.' : ''),
    priority,
    status: isStatus ? Number(status) : 0,
  };
}

export function readTrailers(platform: Platform, block: HpackBlock, blockBytes: number): Http2Head {
  const headers: HeadLine[] = [];
  let lines = '';
  let strange = false;
  for (const field of block.fields) {
    headers.push(field.line);
    lines += field.text;
    strange ||= field.role !== 'plain' && field.role !== 'priority';
  }
  return {
    headers,
    raw: platform.bytesOfLatin1(`${lines}\r\n`),
    blockBytes,
    defects: withDefects(block.defects, strange, ''),
    priority: null,
  };
}

function withDefects(
  defects: readonly Http2Defect[],
  strange: boolean,
  lack: string,
): readonly Http2Defect[] {
  if (!strange && lack === '') return defects;
  const all = [...defects];
  if (strange) all.push(bad('A pseudo-header field is repeated, out of its place, or does not belong here.'));
  if (lack !== '') all.push(bad(lack));
  return all;
}

function bad(message: string): Http2Defect {
  return { code: 'bad-head', message, fatal: false };
}
