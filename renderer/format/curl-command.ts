/** A request through the proxy, ready for a shell. */
export function curlCommand(listener: string, certificatePath: string): string {
  return `curl -x http://${listener} --cacert ${shellWord(certificatePath)} https://example.com/`;
}

/** As it is where a shell takes it so, else in single quotes. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
