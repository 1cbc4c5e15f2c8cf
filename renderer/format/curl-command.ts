/** A request through the proxy, ready for a shell. */
export function curlCommand(listener: string, certificatePath: string): string {
  return `curl -x http://${listener} --cacert ${shellWord(certificatePath)} https://example.com/`;
}

export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Null where there is none, or none that is text. */
  readonly body: string | null;
}

/** What curl says itself, and what would no longer be true of a body that is sent decoded. */
const leftOut: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-encoding',
  'transfer-encoding',
]);

/** The request once more, ready for a shell; every part that came from outside is one quoted word. */
export function curlOfRequest({ method, url, headers, body }: CurlRequest): string {
  const usual = body === null ? 'GET' : 'POST';
  const parts = [
    `curl ${shellWord(url)}`,
    ...(method === usual ? [] : [`-X ${shellWord(method)}`]),
    ...headers
      .filter(([name]) => !leftOut.has(name.toLowerCase()))
      .map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${shellWord(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

/** As it is where a shell takes it so, else in single quotes. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
