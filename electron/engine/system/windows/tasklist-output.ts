/**
 * Output of `tasklist /FO CSV /NH` (Windows): `"chrome.exe","4711","Console","1","123,456 K"`. Names of programs by
 * process id. A file name holds no quotation mark there.
 */
export function parseTasklist(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, name, id] = /^"([^"]{1,260})","(\d{1,10})"/.exec(line) ?? [];
    if (name !== undefined) names.set(Number(id), name);
  }
  return names;
}
