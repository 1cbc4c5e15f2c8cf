import { joinedHeaders, snippetHeaders, type Snippet } from './format.ts';

/** A request with `Invoke-WebRequest` of PowerShell 7, which passes header values as they are. */
export const powershellSnippet: Snippet = (request) => {
  const { method, url, body } = request;
  const headers = joinedHeaders(snippetHeaders(request)).filter(
    ([name]) => name.toLowerCase() !== 'content-type',
  );
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const lines = headers.map(([name, value]) => `  ${quoted(name)} = ${quoted(value)}\n`);
  const parts = [
    `Invoke-WebRequest -Uri ${quoted(url)}`,
    `-CustomMethod ${quoted(method)}`,
    ...(headers.length === 0 ? [] : ['-Headers $headers']),
    ...(type === undefined ? [] : [`-ContentType ${quoted(type)}`]),
    ...(body.kind === 'text' ? ['-Body $body'] : []),
    ...(body.kind === 'file' ? [`-InFile ${quoted(body.name)}`] : []),
    '-MaximumRedirection 0 -SkipHttpErrorCheck -SkipHeaderValidation',
  ];
  const data = body.kind === 'text' ? `$body = [Text.Encoding]::UTF8.GetBytes(${quoted(body.text)})\n` : '';
  const table = headers.length === 0 ? '' : `$headers = @{\n${lines.join('')}}\n`;
  return `${table}${data}${parts.join(' `\n  ')}\n`;
};

/** In single quotes nothing is replaced; PowerShell takes the typographic ones for quotes as well. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}
