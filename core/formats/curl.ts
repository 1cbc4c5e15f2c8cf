import { singleQuoted } from '../encoding/single-quoted.ts';
import { utf8OfLatin1 } from '../encoding/utf8.ts';
import { snippetHeaders, type Snippet, type SnippetRequest } from './format.ts';

/** A request as a command of curl, for POSIX shells with `$'…'` (bash, zsh, ksh). */
export const curlSnippet: Snippet = (request) => command(request, shellWord, ' \\\n  ');

/** The same for the Windows command prompt. */
export const curlCmdSnippet: Snippet = (request) => command(request, cmdWord, ' ^\r\n  ');

/** A request through the proxy, ready for a shell. */
export function curlThroughProxy(listener: string, certificatePath: string): string {
  return `curl -x http://${listener} --cacert ${shellWord(certificatePath)} https://example.com/`;
}

function command(request: SnippetRequest, word: (text: string) => string, lineEnd: string): string {
  const { method, url, body } = request;
  const headers = snippetHeaders(request);
  const usual = body.kind === 'none' ? 'GET' : 'POST';
  const parts = [`curl ${word(url)}`];
  if (/[[\]{}]/.test(url)) parts.push('--globoff');
  if (/\/\.\.?(\/|$|\?)/.test(url)) parts.push('--path-as-is');
  if (method === 'HEAD' && body.kind === 'none') parts.push('--head');
  else if (method !== usual) parts.push(`-X ${word(method)}`);
  for (const [name, value] of headers) {
    parts.push(`-H ${word(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  for (const name of unsaid(request)) parts.push(`-H ${word(`${name}:`)}`);
  if (headers.some(([name]) => name.toLowerCase() === 'accept-encoding')) parts.push('--compressed');
  if (body.kind === 'text') parts.push(`--data-raw ${word(latin1OfText(body.text))}`);
  if (body.kind === 'file') parts.push(`--data-binary ${word(`@${body.name}`)}`);
  return parts.join(lineEnd);
}

/** Fields that curl writes by itself, where the request had none. */
function unsaid({ headers, body }: SnippetRequest): string[] {
  const said = new Set(headers.map(([name]) => name.toLowerCase()));
  const own = body.kind === 'none' ? ['User-Agent', 'Accept'] : ['User-Agent', 'Accept', 'Content-Type'];
  return own.filter((name) => !said.has(name.toLowerCase()));
}

/** UTF-8 bytes of text as one character each, as headers come. */
function latin1OfText(text: string): string {
  return text.replace(/[^\x00-\x7f]+/g, (run) =>
    encodeURIComponent(run).replace(/%([0-9A-F]{2})/g, (_all, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    ),
  );
}

/**
 * Bytes (one character each) as one word of a shell: as they are where a shell takes them so, else in single quotes,
 * else as `$'…'`, which can say every byte but NUL.
 */
export function shellWord(bytes: string): string {
  const text = utf8OfLatin1(bytes);
  if (/^[\w@%+=:,./-]+$/.test(bytes)) return bytes;
  if (text !== null && !/[\0-\x1f\x7f]/.test(text)) return singleQuoted(text);
  const escaped = bytes.replace(/[\\'\0-\x1f\x7f-\xff]/g, (unit) => {
    if (unit === '\\' || unit === "'") return `\\${unit}`;
    if (unit === '\n') return '\\n';
    return `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `$'${escaped}'`;
}

/**
 * One argument for `cmd.exe`: quoted for the C runtime that splits the line, each special sign behind a caret, so that
 * cmd neither ends the command nor replaces `%NAME%`. Line ends become spaces: cmd cannot pass them.
 */
function cmdWord(bytes: string): string {
  const text = (utf8OfLatin1(bytes) ?? bytes).replace(/\r?\n|\r|\0/g, ' ');
  const quoted = `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  return quoted.replace(/[()%!^"<>&|]/g, '^$&');
}
