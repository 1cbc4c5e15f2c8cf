import type { AnswerEndEvent } from '../model/query-events.ts';
import type { RedisReply } from './redis-replies.ts';

const rowsMax = 20;

/** Commands whose flat RESP2 arrays are pairs. */
const pairs = new Set(['HGETALL', 'XINFO']);

/** What a reply holds, for the first rows; null for one that only says it is done, and for an error. */
export function redisPreview(verb: string, reply: RedisReply): AnswerEndEvent['preview'] {
  const { type, cells } = reply;
  switch (type) {
    case '-':
    case '!':
    case '+':
      return null;
    case '_':
      return { columns: ['value'], rows: [[null]] };
    case '*':
    case '~':
    case '>':
      if (cells.length === 0) return null;
      if (type === '*' && pairs.has(verb) && reply.count % 2 === 0) return pairRows(cells);
      return { columns: ['value'], rows: cells.slice(0, rowsMax).map((cell) => [cell]) };
    case '%':
      return cells.length === 0 ? null : pairRows(cells);
    default:
      return { columns: ['value'], rows: [[reply.text.slice(0, 200)]] };
  }
}

function pairRows(cells: readonly (string | null)[]): AnswerEndEvent['preview'] {
  const rows: (string | null)[][] = [];
  for (let at = 0; at + 1 < cells.length && rows.length < rowsMax; at += 2)
    rows.push([cells[at] ?? null, cells[at + 1] ?? null]);
  return { columns: ['field', 'value'], rows };
}

/** Members of an aggregate, null for any other reply. */
export function redisRows({ type, count }: RedisReply): number | null {
  return '*~%>'.includes(type) && type !== '' ? count : null;
}

/** As redis-cli calls it: `OK`, `(integer) 3`, `(nil)`. */
export function redisStatus({ type, count, text }: RedisReply): string {
  switch (type) {
    case '+':
    case '-':
    case '!':
      return text.slice(0, 100);
    case ':':
      return `(integer) ${text}`;
    case ',':
      return `(double) ${text}`;
    case '(':
      return `(big number) ${text.slice(0, 50)}`;
    case '#':
      return text === 't' ? '(true)' : '(false)';
    case '_':
      return '(nil)';
    case '=':
      return `(verbatim string) ${count} bytes`;
    case '$':
      return `(string) ${count} byte${count === 1 ? '' : 's'}`;
    case '%':
      return `(map) ${count}`;
    case '~':
      return `(set) ${count}`;
    default:
      return `(array) ${count}`;
  }
}

/** Code and sentence of an error: its first word is the code where it is in capitals. */
export function redisError(text: string): { readonly code: string; readonly message: string } {
  const [, code = 'ERR', message = text] = /^([A-Z][A-Z0-9_]{1,30})(?: (.*))?$/s.exec(text) ?? [];
  switch (code) {
    case 'MOVED':
    case 'ASK': {
      const [slot = '', server = ''] = message.split(' ');
      const served = code === 'MOVED' ? 'is served by' : 'is on its way to';
      return { code, message: `Slot ${slot} ${served} ${server}.`.slice(0, 1000) };
    }
    default:
      return { code, message: message.slice(0, 1000) };
  }
}
