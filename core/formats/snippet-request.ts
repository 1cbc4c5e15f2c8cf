import { createUtf8Check } from '../encoding/utf8.ts';
import type { ExchangeRecord } from '../model/exchange-record.ts';
import { exchangeUrl } from '../model/exchange-url.ts';
import { readHeadText } from '../model/head-text.ts';
import type { Platform } from '../model/platform.ts';
import type { SnippetBody, SnippetRequest } from './format.ts';

/** Longer bodies are named as a file beside the snippet. */
export const snippetBodyBytesMax = 64 * 1024;

/**
 * What a snippet needs of an exchange: its head as ISO 8859-1 text, and the beginning of its request body as it was on the
 * wire, at least `snippetBodyBytesMax` + 1 bytes of it or all.
 */
export function snippetRequestOf(
  record: Pick<ExchangeRecord, 'method' | 'scheme' | 'host' | 'port' | 'path'>,
  head: string | null,
  body: Uint8Array,
  bodyFileName: string,
  platform: Pick<Platform, 'utf8' | 'bytesOfUtf8'>,
): SnippetRequest {
  const { startLine, headers } = readHeadText(head ?? '');
  const url = exchangeUrl(record);
  return {
    method: record.method === '' ? 'CONNECT' : record.method,
    url: url.replace(/[^\x21-\x7e]/gu, (character) => encoded(character, platform)),
    version: /HTTP\/[\d.]+$/.exec(startLine)?.[0] ?? 'HTTP/1.1',
    headers,
    body: bodyOf(body, bodyFileName, platform),
  };
}

function bodyOf(
  body: Uint8Array,
  name: string,
  platform: Pick<Platform, 'utf8' | 'bytesOfUtf8'>,
): SnippetBody {
  if (body.length === 0) return { kind: 'none' };
  const check = createUtf8Check();
  check.add(body);
  if (body.length > snippetBodyBytesMax || !check.end() || body.includes(0)) return { kind: 'file', name };
  return { kind: 'text', text: platform.utf8(body, 0, body.length) };
}

/** Paths come one character a byte, host names as they are: only those have characters above U+00FF. */
function encoded(character: string, platform: Pick<Platform, 'utf8' | 'bytesOfUtf8'>): string {
  const code = character.codePointAt(0) ?? 0;
  const bytes = code <= 0xff ? [code] : [...platform.bytesOfUtf8(character)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
