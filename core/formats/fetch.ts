import { snippetHeaders, type Snippet, type SnippetRequest } from './format.ts';

/** A request as a program for Node 18 or newer. */
export const nodeFetchSnippet: Snippet = (request) => {
  const file = request.body.kind === 'file' ? request.body.name : null;
  const start = file === null ? '' : `import { readFile } from 'node:fs/promises';\n\n`;
  const body = file === null ? textBody(request) : `await readFile(${quoted(file)})`;
  return `${start}const response = ${call(request, body, snippetHeaders(request))};
console.log(response.status, response.statusText);
console.log(await response.text());
`;
};

/** Fields that a page may not set, or that a browser sets itself. */
const forbidden =
  /^(accept-charset|accept-encoding|cookie|cookie2|date|dnt|origin|referer|user-agent|via|(proxy|sec)-.*)$/i;

/** A request for the console of a browser. The browser's own cookies go along; other fields that it forbids are left out. */
export const browserFetchSnippet: Snippet = (request) => {
  const headers = snippetHeaders(request).filter(([name]) => !forbidden.test(name));
  const { body } = request;
  const hint =
    body.kind === 'file' ? `// The body is not text: take it from the file ${quoted(body.name)}.\n` : '';
  const given = body.kind === 'file' ? 'bodyFromFile' : textBody(request);
  const usesCookies = request.headers.some(([name]) => name.toLowerCase() === 'cookie');
  return `${hint}await ${call(request, given, headers, usesCookies ? ["credentials: 'include'"] : []).replace(/^await /, '')};\n`;
};

function textBody({ body }: SnippetRequest): string | null {
  return body.kind === 'text' ? quoted(body.text) : null;
}

function call(
  { method, url }: SnippetRequest,
  body: string | null,
  headers: readonly (readonly [string, string])[],
  more: readonly string[] = [],
): string {
  const lines = headers.map(([name, value]) => `    [${quoted(name)}, ${quoted(value)}],\n`);
  const options = [
    `method: ${quoted(method)}`,
    ...(headers.length === 0 ? [] : [`headers: [\n${lines.join('')}  ]`]),
    ...(body === null ? [] : [`body: ${body}`]),
    ...more,
    "redirect: 'manual'",
  ];
  return `await fetch(${quoted(url)}, {\n${options.map((option) => `  ${option},\n`).join('')}})`;
}

/** A JavaScript string, safe inside a script element too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff<]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
