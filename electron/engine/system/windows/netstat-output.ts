import { connectionKey, splitEndpoint } from '../client-process.ts';

/**
 * Output of `netstat -ano` (Windows): rows `TCP OWN PEER STATE PID`. Process ids by `connectionKey`, the socket's own
 * end first. The state is a word in the language of the system and not read; 0 is nobody's (TIME_WAIT).
 */
export function parseNetstat(text: string): ReadonlyMap<string, number> {
  const holders = new Map<string, number>();
  for (const line of text.split('\n')) {
    const words = line.slice(0, 512).trim().split(/\s+/);
    if (words[0] !== 'TCP' || words.length < 4) continue;
    const own = splitEndpoint(words[1] ?? '');
    const peer = splitEndpoint(words[2] ?? '');
    const id = words.at(-1) ?? '';
    if (own === null || peer === null || peer.port === 0 || !/^[1-9]\d{0,9}$/.test(id)) continue;
    holders.set(connectionKey(own.address, own.port, peer.address, peer.port), Number(id));
  }
  return holders;
}
