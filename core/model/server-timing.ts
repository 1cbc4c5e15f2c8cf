/** One measure that a server took of itself. */
export interface ServerTiming {
  readonly name: string;
  /** ms as the server says; null where it gives none. */
  readonly durationMs: number | null;
  readonly description: string | null;
}

/** More are not read. */
export const serverTimingsMax = 100;

/**
 * The measures in the values of all `Server-Timing` fields of a head, in order (W3C Server Timing, section 3). What does
 * not fit the grammar is passed over; of a parameter that is given twice the first counts.
 */
export function readServerTimings(values: readonly string[]): readonly ServerTiming[] {
  const found: ServerTiming[] = [];
  for (const metric of values.flatMap((value) => splitOutsideQuotes(value, ','))) {
    const [name, ...parameters] = splitOutsideQuotes(metric, ';');
    if (name === undefined || !tokenPattern.test(name)) continue;
    if (found.length === serverTimingsMax) break;
    const duration = Number(parameter(parameters, 'dur') ?? NaN);
    found.push({
      name,
      durationMs: Number.isFinite(duration) && duration >= 0 ? duration : null,
      description: parameter(parameters, 'desc'),
    });
  }
  return found;
}

/** RFC 9110, section 5.6.2. */
const tokenPattern = /^[\w!#$%&'*+.^`|~-]+$/;

function parameter(parameters: readonly string[], name: string): string | null {
  for (const each of parameters) {
    const at = each.indexOf('=');
    if (at < 0 || each.slice(0, at).trim().toLowerCase() !== name) continue;
    const value = each.slice(at + 1).trim();
    if (value === '') return null;
    return value.startsWith('"') ? value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : value;
  }
  return null;
}

/** The parts without the blanks around them. A quote that never ends takes the rest. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted && letter === '\\') at++;
    else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, text.slice(from).trim()];
}
