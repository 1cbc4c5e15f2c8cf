/** Header or trailer lines in order: name as sent, value without white space around it. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** The value of a field, those of several lines joined by a comma (RFC 9110 section 5.3). `name`: lower case. */
export function fieldValue(fields: HeaderFields, name: string): string | null {
  let found: string | null = null;
  for (const [each, value] of fields) {
    if (each.length !== name.length || each.toLowerCase() !== name) continue;
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
}
