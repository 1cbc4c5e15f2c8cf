export type HeadLine = readonly [name: string, value: string];

export interface HeadText {
  readonly startLine: string;
  readonly headers: readonly HeadLine[];
}

/** Lines read of one head; further ones are only in its text. */
const linesMax = 10_000;

/** A head (ISO 8859-1 text) as its start line and fields, in order and case; folded lines joined, others left out. */
export function readHeadText(head: string): HeadText {
  const lines = head.split('\n', linesMax).map((line) => line.replace(/\r$/, ''));
  return { startLine: lines[0] ?? '', headers: readFields(lines.slice(1)) };
}

/** A section of trailer fields, which has no start line. */
export function readTrailerText(section: string): HeadLine[] {
  return readFields(section.split('\n', linesMax).map((line) => line.replace(/\r$/, '')));
}

function readFields(lines: readonly string[]): HeadLine[] {
  const fields: [string, string][] = [];
  for (const line of lines) {
    if (line === '') break;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) last[1] = `${last[1]} ${trimBlanks(line)}`.trimStart();
      continue;
    }
    const colon = line.indexOf(':');
    if (colon > 0) fields.push([trimBlanks(line.slice(0, colon)), trimBlanks(line.slice(colon + 1))]);
  }
  return fields;
}

function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}

/** The lines of one field joined as one list (RFC 9110 section 5.3), null when there is none. */
export function fieldValue(headers: readonly HeadLine[], lowerCaseName: string): string | null {
  const values = headers.filter(([name]) => name.toLowerCase() === lowerCaseName).map(([, value]) => value);
  return values.length === 0 ? null : values.join(', ');
}

/**
 * A head that can be read back, of parts that come from elsewhere: what would end a line inside a value becomes a
 * space, names lose what cannot stand in one. A value with line feeds becomes several fields, as browsers mean it.
 */
export function writeHeadText(startLine: string, headers: readonly HeadLine[]): string {
  const lines = headers.flatMap(([name, value]) => {
    const plainName = name.replace(/[\0-\x20:\x7f]/g, '');
    if (plainName === '') return [];
    return value.split(/\r?\n/).map((part) => `${plainName}: ${plainLine(part)}\r\n`);
  });
  return `${plainLine(startLine)}\r\n${lines.join('')}\r\n`;
}

function plainLine(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ');
}

/** What stands in place of a credential. */
export const redacted = '[redacted]';

const credentialFields = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

export function isCredentialField(name: string): boolean {
  return credentialFields.has(name.toLowerCase().trim());
}

/** The head, or trailer section, with the values of credential fields replaced and every other byte as it was. */
export function redactHeadText(head: string): string {
  let inCredential = false;
  return head
    .split('\n')
    .flatMap((line) => {
      if (/^[ \t]/.test(line)) return inCredential ? [] : [line];
      const colon = line.indexOf(':');
      inCredential = colon > 0 && isCredentialField(line.slice(0, colon));
      return [
        inCredential ? `${line.slice(0, colon + 1)} ${redacted}${line.endsWith('\r') ? '\r' : ''}` : line,
      ];
    })
    .join('\n');
}
