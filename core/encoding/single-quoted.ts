/** A text as one word of a POSIX shell, whatever is in it but NUL. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
