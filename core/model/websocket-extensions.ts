/** What both sides agreed to of permessage-deflate (RFC 7692 section 7.1). */
export interface DeflateParameters {
  /** The server, or the client, begins every message with an empty window. */
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  /** Base-2 logarithm of the window each of them compresses with, 8 to 15. */
  readonly serverWindowBits: number;
  readonly clientWindowBits: number;
}

/** The extensions a WebSocket speaks with. */
export interface WebSocketExtensions {
  /** Null: messages are not compressed. */
  readonly deflate: DeflateParameters | null;
  /** Names of agreed extensions that are not known here: they may give reserved bits and opcodes a meaning. */
  readonly others: readonly string[];
}

export const noExtensions: WebSocketExtensions = { deflate: null, others: [] };

/** Longer values name no extension: 16 are known to anybody, with some parameters each. */
const valueCharsMax = 4096;

/**
 * What the `Sec-WebSocket-Extensions` of a *response* agrees to (RFC 6455 section 9.1), lines joined by commas; null
 * when there is none. Parameters that RFC 7692 does not allow in a response mean that no client compresses: `deflate`
 * is null then.
 */
export function readWebSocketExtensions(value: string | null): WebSocketExtensions {
  if (value === null || value.length > valueCharsMax) return noExtensions;
  let deflate: DeflateParameters | null = null;
  const others: string[] = [];
  for (const extension of value.split(',')) {
    const [name = '', ...parameters] = extension.split(';').map((part) => part.trim());
    if (name.toLowerCase() === 'permessage-deflate') deflate ??= deflateOf(parameters);
    else if (name !== '') others.push(name.toLowerCase());
  }
  return { deflate, others };
}

const noTakeover = ['server_no_context_takeover', 'client_no_context_takeover'] as const;
const known = new Set<string>([...noTakeover, 'server_max_window_bits', 'client_max_window_bits']);

function deflateOf(parameters: readonly string[]): DeflateParameters | null {
  const found = new Map<string, string | null>();
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    const name = (equals === -1 ? parameter : parameter.slice(0, equals)).trim().toLowerCase();
    const value = equals === -1 ? null : unquoted(parameter.slice(equals + 1).trim());
    if (found.has(name)) return null;
    found.set(name, value);
  }
  const serverWindowBits = windowBits(found.get('server_max_window_bits'));
  const clientWindowBits = windowBits(found.get('client_max_window_bits'));
  const areFlags = noTakeover.every((name) => found.get(name) == null);
  const areKnown = [...found.keys()].every((name) => known.has(name));
  if (serverWindowBits === null || clientWindowBits === null || !areFlags || !areKnown) return null;
  return {
    serverNoContextTakeover: found.has('server_no_context_takeover'),
    clientNoContextTakeover: found.has('client_no_context_takeover'),
    serverWindowBits,
    clientWindowBits,
  };
}

/** 15 where the parameter is missing, null where it is not one of RFC 7692 section 7.1.2. */
function windowBits(value: string | null | undefined): number | null {
  if (value === undefined) return 15;
  return value !== null && /^([89]|1[0-5])$/.test(value) ? Number(value) : null;
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
