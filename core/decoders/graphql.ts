import { fail, succeed } from '../model/result.ts';
import type { Card, CardList } from './cards.ts';
import { mediaTypeOf, type Decoder } from './decoder.ts';
import { looksLikeJson } from './json.ts';
import { jsonMember, jsonMemberText, jsonSource, prettyJson, unescapeJson } from './json-text.ts';
import { jsonKinds, scanJson, type JsonTable } from './json-scan.ts';
import { readUrlencoded } from './urlencoded.ts';
import { decodeLatin1, decodeUtf8, encodeUtf8 } from './utf8.ts';

const operationsMax = 200;
const sniffBytes = 65_536;

/** GraphQL requests over HTTP: one JSON object, a batch of them, or the bare query. */
export const graphql: Decoder = {
  id: 'graphql',
  name: 'GraphQL',
  bytesMax: 4_194_304,
  recognises: ({ contentType, bytes }) => {
    if (mediaTypeOf(contentType) === 'application/graphql') return true;
    if (!looksLikeJson(bytes)) return false;
    const text = decodeLatin1(bytes, 0, sniffBytes);
    return (
      /"query"\s*:\s*"(\\[nrt]|\s|#[^"\\]*\\n)*(query|mutation|subscription|fragment|\{)/.test(text) ||
      /"persistedQuery"\s*:\s*\{/.test(text)
    );
  },
  decode: ({ contentType, bytes, complete }) => {
    if (mediaTypeOf(contentType) === 'application/graphql' && !looksLikeJson(bytes))
      return succeed({
        kind: 'cards',
        cards: [operationCard(decodeUtf8(bytes), null, null, null)],
        notes: [],
      });
    const table = scanJson(bytes, complete);
    const roots = table.kinds[0] === jsonKinds.array ? childrenOf(table, 0) : [0];
    const cards = roots
      .slice(0, operationsMax)
      .filter((at) => jsonMember(table, at, 'query') !== -1 || jsonMember(table, at, 'extensions') !== -1)
      .map((at) => cardOf(table, at));
    if (cards.length === 0) return fail('not-graphql', 'No member called query is in it.');
    const notes = [
      ...(table.kinds[0] === jsonKinds.array
        ? [`A batch of ${roots.length} operations in one request.`]
        : []),
      ...(table.problem === null ? [] : [table.problem]),
    ];
    return succeed({ kind: 'cards', cards, notes });
  },
};

function childrenOf(table: JsonTable, index: number): number[] {
  const children: number[] = [];
  const end = table.next[index] ?? 0;
  for (let at = index + 1; at < end && children.length <= operationsMax; at = table.next[at] ?? end)
    children.push(at);
  return children;
}

function cardOf(table: JsonTable, at: number): Card {
  const pretty = (name: string) => {
    const member = jsonMember(table, at, name);
    return member === -1 || jsonSource(table, member, 8) === 'null' ? null : prettyMember(table, member);
  };
  return operationCard(
    jsonMemberText(table, at, 'query') ?? '',
    jsonMemberText(table, at, 'operationName'),
    pretty('variables'),
    pretty('extensions'),
  );
}

/** Without the key that `prettyJson` would repeat. */
function prettyMember(table: JsonTable, member: number): string {
  const text = prettyJson(table, member);
  const colon = text.indexOf(': ');
  return colon === -1 ? text : text.slice(colon + 2);
}

/** GraphQL in a query string: `?query=…&variables=…&operationName=…`. Null when there is none. */
export function graphqlOfQuery(query: string): CardList | null {
  const { fields } = readUrlencoded(query);
  const value = (name: string) => fields.find((field) => field.name === name)?.value ?? null;
  const document = value('query');
  if (document === null || !/^\s*(query|mutation|subscription|fragment|\{)/.test(document)) return null;
  const laidOut = (name: string) => {
    const text = value(name);
    return text === null ? null : prettyJson(scanJson(encodeUtf8(text), true), 0) || text;
  };
  return {
    kind: 'cards',
    notes: [],
    cards: [operationCard(document, value('operationName'), laidOut('variables'), laidOut('extensions'))],
  };
}

function operationCard(
  query: string,
  operationName: string | null,
  variables: string | null,
  extensions: string | null,
): Card {
  const operations = [...query.matchAll(/^\s*(query|mutation|subscription)\b\s*([_A-Za-z]\w*)?/gm)].slice(
    0,
    20,
  );
  const [, type = 'query', name] =
    operations.find(([, , each]) => each === operationName) ?? operations[0] ?? [];
  const shown = operationName === null || operationName === 'null' ? name : unescapeJson(operationName);
  return {
    title: shown === undefined ? `${type} without a name` : `${type} ${shown}`,
    facts: [
      { name: 'Operation', value: shown ?? 'Not named' },
      { name: 'Type', value: type },
      ...(operations.length > 1
        ? [{ name: 'Operations in the document', value: String(operations.length) }]
        : []),
    ],
    texts: [
      ...(query === '' ? [] : [{ title: 'Document', language: 'graphql' as const, text: query }]),
      ...(variables === null ? [] : [{ title: 'Variables', language: 'json' as const, text: variables }]),
      ...(extensions === null ? [] : [{ title: 'Extensions', language: 'json' as const, text: extensions }]),
    ],
  };
}
