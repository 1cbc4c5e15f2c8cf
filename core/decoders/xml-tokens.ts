/** A piece of markup; `source` is exactly what was sent, `to` where the next piece begins. */
export type XmlToken = { readonly source: string; readonly to: number } & (
  | { readonly kind: 'open'; readonly name: string; readonly empty: boolean }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text' | 'cdata' | 'comment' | 'declaration' | 'bad' }
);

/** The piece at `at`. Every piece ends behind where it began, and each character is looked at once or twice. */
export function nextXmlToken(text: string, at: number): XmlToken {
  if (text[at] !== '<') {
    const markup = text.indexOf('<', at);
    return piece(text, 'text', at, markup === -1 ? text.length : markup);
  }
  if (text.startsWith('<!--', at)) return until(text, 'comment', at, '-->');
  if (text.startsWith('<![CDATA[', at)) return until(text, 'cdata', at, ']]>');
  if (text.startsWith('<?', at)) return until(text, 'declaration', at, '?>');
  if (text.startsWith('<!', at)) return declaration(text, at);
  const end = tagEnd(text, at);
  if (end === -1) return piece(text, 'bad', at, text.length);
  const source = text.slice(at, end);
  const closing = source[1] === '/';
  const name = /^<\/?\s*([^\s/>]+)/.exec(source)?.[1];
  if (name === undefined) return { kind: 'text', source, to: end };
  if (closing) return { kind: 'close', name, source, to: end };
  return { kind: 'open', name, empty: source.endsWith('/>'), source, to: end };
}

function piece(text: string, kind: 'text' | 'bad', from: number, to: number): XmlToken {
  return { kind, source: text.slice(from, to), to };
}

function until(text: string, kind: 'comment' | 'cdata' | 'declaration', at: number, mark: string): XmlToken {
  const end = text.indexOf(mark, at + 2);
  if (end === -1) return piece(text, 'bad', at, text.length);
  return { kind, source: text.slice(at, end + mark.length), to: end + mark.length };
}

/** `<!DOCTYPE … [ … ]>`: the internal subset may hold markup. */
function declaration(text: string, at: number): XmlToken {
  const stop = text.indexOf('>', at);
  const bracket = stop === -1 ? -1 : text.slice(at, stop).indexOf('[');
  const inner = bracket === -1 ? stop : text.indexOf(']', at + bracket);
  const end = inner === -1 ? -1 : text.indexOf('>', inner);
  if (end === -1) return piece(text, 'bad', at, text.length);
  return { kind: 'declaration', source: text.slice(at, end + 1), to: end + 1 };
}

/** Behind the `>` of a tag; one inside of quotes does not count. */
function tagEnd(text: string, at: number): number {
  let quote = '';
  for (let index = at + 1; index < text.length; index += 1) {
    const letter = text[index] ?? '';
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '>') return index + 1;
    else if (letter === '<') return index;
  }
  return -1;
}

const attributesMax = 1000;

/** Names and values of a tag's attributes, as they were sent. */
export function xmlAttributes(tag: string): (readonly [name: string, value: string])[] {
  const body = tag.replace(/^<[^\s/>]+/, '').replace(/\/?>$/, '');
  const attributes: (readonly [string, string])[] = [];
  for (const [, name = '', double, single, bare] of body.matchAll(
    /([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  )) {
    attributes.push([name, double ?? single ?? bare ?? '']);
    if (attributes.length >= attributesMax) break;
  }
  return attributes;
}
