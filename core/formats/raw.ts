import type { Snippet } from './format.ts';

/** The request as HTTP/1.1 has it on the wire, its body as text or named by its file. */
export const rawSnippet: Snippet = ({ method, url, version, headers, body }) => {
  const target = /^[a-z]+:\/\/[^/?#]*(.*)$/i.exec(url)?.[1] ?? '';
  const path = target.startsWith('/') ? target : `/${target}`;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  const content =
    body.kind === 'text' ? body.text : body.kind === 'file' ? `[the body is in ${body.name}]` : '';
  return `${method} ${path} ${version}\r\n${lines.join('')}\r\n${content}`;
};
