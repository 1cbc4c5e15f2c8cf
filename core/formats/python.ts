import { joinedHeaders, snippetHeaders, type Snippet } from './format.ts';

/** A request with Python's `requests`. Header values are ISO 8859-1, as `requests` sends them. */
export const pythonSnippet: Snippet = (request) => {
  const { method, url, body } = request;
  const headers = joinedHeaders(snippetHeaders(request));
  const lines = headers.map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},\n`);
  const said = new Set(headers.map(([name]) => name.toLowerCase()));
  const unsaid = ['User-Agent', 'Accept', 'Accept-Encoding'].filter((name) => !said.has(name.toLowerCase()));
  const data =
    body.kind === 'text'
      ? `data = ${quoted(body.text)}.encode('utf-8')\n`
      : body.kind === 'file'
        ? `with open(${quoted(body.name)}, 'rb') as file:\n    data = file.read()\n`
        : '';
  return `import requests

session = requests.Session()
session.headers.clear()
headers = {
${lines.join('')}${unsaid.map((name) => `    ${quoted(name)}: None,\n`).join('')}}
${data}response = session.request(
    ${quoted(method)},
    ${quoted(url)},
    headers=headers,${data === '' ? '' : '\n    data=data,'}
    allow_redirects=False,
)
print(response.status_code, response.reason)
print(response.text)
`;
};

function quoted(text: string): string {
  const escaped = text.replace(/['\\]|[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "'" || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code <= 0xffff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `'${escaped}'`;
}
