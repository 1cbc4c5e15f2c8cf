import { fail, succeed } from '../model/result.ts';
import { mediaTypeOf, saysLittle, type Decoder } from './decoder.ts';
import { buildTree, type TreeBuilder, type TreeTable } from './tree.ts';
import { decodeLatin1, decodeUtf8 } from './utf8.ts';
import { nextXmlToken, xmlAttributes, type XmlToken } from './xml-tokens.ts';

/** XML 1.0 as a tree, tolerantly: what is not well-formed is shown where it stands. Entities are left as they were sent. */
export const xml: Decoder = {
  id: 'xml',
  name: 'XML tree',
  bytesMax: 16_777_216,
  recognises: ({ contentType, bytes }) => {
    const mediaType = mediaTypeOf(contentType);
    if (/[/+]xml(-dtd)?$/.test(mediaType)) return bytes.length > 0;
    return saysLittle(mediaType) && /^\s*<\?xml\s/.test(decodeLatin1(bytes, 0, 200).replace(/^ï»¿/, ''));
  },
  decode: ({ bytes, complete }) => {
    const table = readXml(decodeUtf8(bytes), complete);
    return table.count === 0 ? fail('not-xml', 'There are no elements in it.') : succeed(table);
  },
};

export function readXml(text: string, complete: boolean): TreeTable {
  const tree = buildTree();
  const open: string[] = [];
  let problem: string | null = null;
  let at = 0;
  while (at < text.length && tree.bound() === null) {
    const token = nextXmlToken(text, at);
    at = token.to;
    if (token.kind === 'close') {
      const depth = open.lastIndexOf(token.name);
      if (depth === -1) tree.leaf('', 'bad', token.source, 'It closes an element that is not open.');
      while (depth !== -1 && open.length > depth) {
        open.pop();
        tree.close();
      }
    } else if (token.kind === 'open') {
      if (addElement(tree, token) && !token.empty) open.push(token.name);
      else if (token.empty) tree.close();
    } else addOther(tree, token);
  }
  if (open.length > 0)
    problem = complete
      ? `<${open.at(-1) ?? ''}> is never closed.`
      : 'The document goes on after what was read.';
  return tree.finish(tree.bound() ?? problem);
}

function addElement(tree: TreeBuilder, token: Extract<XmlToken, { kind: 'open' }>): boolean {
  if (!tree.open(token.name, 'element', '')) return false;
  for (const [name, value] of xmlAttributes(token.source)) tree.leaf(`@${name}`, 'string', value);
  return true;
}

function addOther(tree: TreeBuilder, token: Exclude<XmlToken, { kind: 'open' | 'close' }>): void {
  switch (token.kind) {
    case 'text': {
      const text = token.source.trim();
      if (text !== '') tree.leaf('', 'text', text);
      return;
    }
    case 'cdata':
      tree.leaf('', 'text', token.source.slice(9, -3), 'CDATA');
      return;
    case 'comment':
    case 'declaration':
      tree.leaf('', 'comment', token.source);
      return;
    case 'bad':
      tree.leaf('', 'bad', token.source.slice(0, 200), 'This has no end.');
      return;
    default:
      token.kind satisfies never;
  }
}

/** The document indented by two spaces; only white space between tags is changed. */
export function prettyXml(text: string): string {
  const lines: string[] = [];
  let depth = 0;
  let at = 0;
  let before: XmlToken['kind'] | 'inline' | null = null;
  while (at < text.length) {
    const token = nextXmlToken(text, at);
    at = token.to;
    const blank = token.kind === 'text' && token.source.trim() === '';
    if (blank) continue;
    if (token.kind === 'close') depth = Math.max(0, depth - 1);
    const inline: boolean =
      token.kind === 'close'
        ? before === 'open' || before === 'inline'
        : token.kind === 'text' && before === 'open';
    const source = token.kind === 'text' ? token.source.trim() : token.source;
    if (inline && source.length < 200) lines.push(`${lines.pop() ?? ''}${source}`);
    else lines.push(`${'  '.repeat(Math.min(depth, 64))}${source}`);
    if (token.kind === 'open' && !token.empty) depth += 1;
    before =
      inline && token.kind === 'text'
        ? 'inline'
        : token.kind === 'open' && token.empty
          ? 'close'
          : token.kind;
  }
  return lines.join('\n');
}
