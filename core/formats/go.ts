import { snippetHeaders, type Snippet } from './format.ts';

/** A request as a program with Go's `net/http`. Names keep their case, which `Header.Add` would change. */
export const goSnippet: Snippet = (request) => {
  const { method, url, body } = request;
  const headers = snippetHeaders(request).map(
    ([name, value]) =>
      `\trequest.Header[${quoted(name)}] = append(request.Header[${quoted(name)}], ${quoted(value)})\n`,
  );
  const imports = [
    'fmt',
    'io',
    'net/http',
    ...(body.kind === 'none' ? [] : [body.kind === 'file' ? 'os' : 'strings']),
  ];
  const open =
    body.kind === 'file'
      ? `\tbody, err := os.Open(${quoted(body.name)})\n\tif err != nil {\n\t\tpanic(err)\n\t}\n`
      : body.kind === 'text'
        ? `\tbody := strings.NewReader(${quoted(body.text)})\n`
        : '';
  return `package main

import (
${imports.map((name) => `\t"${name}"\n`).join('')})

func main() {
${open}\trequest, err := http.NewRequest(${quoted(method)}, ${quoted(url)}, ${body.kind === 'none' ? 'nil' : 'body'})
\tif err != nil {
\t\tpanic(err)
\t}
${headers.join('')}\tresponse, err := http.DefaultTransport.RoundTrip(request)
\tif err != nil {
\t\tpanic(err)
\t}
\tdefer response.Body.Close()
\tcontent, _ := io.ReadAll(response.Body)
\tfmt.Println(response.Status)
\tfmt.Println(string(content))
}
`;
};

/** Up to U+00FF a byte each in header text, which Go strings hold as bytes; text above that is UTF-8 anyway. */
function quoted(text: string): string {
  const isHigh = /[^\x00-\xff]/.test(text);
  const escaped = text.replace(/["\\]|[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (code < 0x80 || (code <= 0xff && !isHigh)) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code <= 0xffff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `"${escaped}"`;
}
