import type { Looks } from './observer.ts';

/** Inline commands that no other protocol begins with. */
const inline =
  /^(?:ping|info|auth [^ ]+(?: [^ ]+)?|client (?:list|id|info)|select \d+|hello [23]|monitor|command)\r?\n/i;
const inlineSoFar = /^[a-z]{0,8}(?: [^\r\n]{0,200})?\r?$/i;
const array = /^\*[1-9]\d{0,6}\r\n\$(?:0|[1-9]\d{0,8})\r\n/;
const arraySoFar = /^\*(?:$|[1-9]\d{0,6}(?:$|\r(?:$|\n(?:$|\$(?:$|\d{1,9}(?:$|\r$))))))/;
const looked = 256;

/** Whether a client begins with a command of Redis: an array of strings, or one of a few inline commands. The server never speaks first. */
export function looksLikeRedis(client: Uint8Array, server: Uint8Array): Looks {
  if (client.length === 0) return server.length === 0 ? 'need-more' : 'no';
  const text = String.fromCharCode(...client.subarray(0, looked));
  if (array.test(text) || inline.test(text)) return 'yes';
  if (arraySoFar.test(text)) return 'need-more';
  const mayBeInline = /^(?:p|i|a|c|s|h|m)/i.test(text) && inlineSoFar.test(text) && client.length < looked;
  return mayBeInline && isPrefixOfInline(text) ? 'need-more' : 'no';
}

/** Whether the first word can still become the name of one of the inline commands. */
function isPrefixOfInline(text: string): boolean {
  const [word = '', ...rest] = text.toLowerCase().split(/[ \r]/);
  const names = ['ping', 'info', 'auth', 'client', 'select', 'hello', 'monitor', 'command'];
  return names.some((name) => (rest.length === 0 ? name.startsWith(word) : name === word));
}
