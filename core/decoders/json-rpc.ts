import { fail, succeed } from '../model/result.ts';
import type { Card, CardFact } from './cards.ts';
import type { Decoder } from './decoder.ts';
import { looksLikeJson } from './json.ts';
import { jsonMember, jsonMemberText, jsonSource, prettyJson } from './json-text.ts';
import { jsonKinds, scanJson, type JsonTable } from './json-scan.ts';
import { decodeLatin1 } from './utf8.ts';

const callsMax = 500;

/** JSON-RPC 2.0 (jsonrpc.org/specification) and 1.0: calls, notifications, results, errors, batches. */
export const jsonRpc: Decoder = {
  id: 'json-rpc',
  name: 'JSON-RPC',
  bytesMax: 8_388_608,
  recognises: ({ bytes }) => {
    if (!looksLikeJson(bytes)) return false;
    const text = decodeLatin1(bytes, 0, 4096);
    return (
      /"jsonrpc"\s*:\s*"\d/.test(text) ||
      (/^\s*\[?\s*\{/.test(text) &&
        /"id"\s*:/.test(text) &&
        ((/"method"\s*:\s*"/.test(text) && /"params"\s*:\s*\[/.test(text)) ||
          (/"result"\s*:/.test(text) && /"error"\s*:\s*null/.test(text))))
    );
  },
  decode: ({ bytes, complete }) => {
    const table = scanJson(bytes, complete);
    const batch = table.kinds[0] === jsonKinds.array;
    const cards: Card[] = [];
    const end = batch ? (table.next[0] ?? 0) : table.count;
    let left = 0;
    for (let at = batch ? 1 : 0; at < end; at = table.next[at] ?? end) {
      if (cards.length < callsMax) cards.push(cardOf(table, at));
      else left += 1;
    }
    if (cards.length === 0) return fail('not-json-rpc', 'There are no calls in it.');
    return succeed({
      kind: 'cards',
      cards,
      notes: [
        ...(batch ? [`A batch of ${cards.length + left}.`] : []),
        ...(left > 0 ? [`The first ${callsMax} are shown; the tree has all of them.`] : []),
        ...(table.problem === null ? [] : [table.problem]),
      ],
    });
  },
};

function cardOf(table: JsonTable, at: number): Card {
  const method = jsonMemberText(table, at, 'method');
  const id = jsonMember(table, at, 'id');
  const error = jsonMember(table, at, 'error');
  const failed = error !== -1 && table.kinds[error] === jsonKinds.object;
  const idText = id === -1 ? null : jsonSource(table, id, 200);
  const notification = method !== null && (id === -1 || idText === 'null');
  const facts: CardFact[] = [
    { name: 'Version', value: jsonMemberText(table, at, 'jsonrpc') ?? '1.0' },
    {
      name: 'Id',
      value: idText ?? 'None',
      meaning: 'Ties a result to its call. A call without one is a notification and gets no answer.',
    },
  ];
  if (failed) {
    const code = jsonMemberText(table, error, 'code') ?? '';
    const meaning = errorMeanings[code];
    facts.push({ name: 'Error', value: code, wrong: true, ...(meaning === undefined ? {} : { meaning }) });
    facts.push({ name: 'Message', value: jsonMemberText(table, error, 'message') ?? '', wrong: true });
  }
  const kind = notification ? 'Notification' : method !== null ? 'Call' : failed ? 'Error' : 'Result';
  return {
    title: method === null ? `${kind} for ${idText ?? 'no call'}` : `${kind} ${method}`,
    facts,
    texts: (['params', 'result', 'error'] as const).flatMap((name) => {
      const member = jsonMember(table, at, name);
      if (
        member === -1 ||
        (name !== 'params' && jsonSource(table, member, 8) === 'null' && failed !== (name === 'error'))
      )
        return [];
      const text = prettyJson(table, member);
      return [{ title: name, language: 'json' as const, text: text.slice(text.indexOf(': ') + 2) }];
    }),
  };
}

/** JSON-RPC 2.0 section 5.1. */
const errorMeanings: Readonly<Record<string, string>> = {
  '-32700': 'Parse error: the server got text that is not JSON.',
  '-32600': 'Invalid request: the JSON is not a call.',
  '-32601': 'Method not found.',
  '-32602': 'Invalid parameters.',
  '-32603': 'Internal error of the server’s JSON-RPC library.',
};
