import type { CaptureCounts } from '../../../core/packets/capture-events.ts';
import { fail, type Failure } from '../../../core/model/result.ts';

export const noCounts: CaptureCounts = { received: null, droppedByKernel: null, droppedByInterface: null };

const counted = /(\d{1,15}) packets? (received by filter|dropped by kernel|dropped by interface)/g;
/** dumpcap: `Packets received/dropped on interface 'Ethernet': 12/0 (pcap:0/dumpcap:0/…)`. */
const countedByDumpcap = /^Packets received\/dropped on interface .*: (\d{1,15})\/(\d{1,15})/;

/** What a line of tcpdump or dumpcap tells of its counters; `before` where it does not. */
export function readCounts(line: string, before: CaptureCounts): CaptureCounts {
  const dumpcap = countedByDumpcap.exec(line);
  if (dumpcap !== null) {
    return { ...before, received: Number(dumpcap[1]), droppedByKernel: Number(dumpcap[2]) };
  }
  let counts = before;
  for (const [, number, what] of line.matchAll(counted)) {
    const value = Number(number);
    if (what === 'received by filter') counts = { ...counts, received: value };
    else if (what === 'dropped by kernel') counts = { ...counts, droppedByKernel: value };
    else counts = { ...counts, droppedByInterface: value };
  }
  return counts;
}

/** Whether a line says nothing of a failure. */
export function isChatter(line: string): boolean {
  return (
    line === '' ||
    /listening on |^\d+ packets? |packets captured|^Capturing on |^File: |^Packets (?:captured|received)|data link type /.test(
      line,
    )
  );
}

/** What each pattern of tcpdump's words means; the first one that fits. */
const meanings: readonly (readonly [RegExp, Failure['code'], (said: string) => string])[] = [
  [
    /the interface (?:vanished|disappeared)|interface disappeared|network is down/i,
    'no-such-interface',
    () => 'The interface went away while packets were captured on it. Choose one that is there.',
  ],
  [
    /no such device|no interface of this name|doesn't exist|SIOCGIFHWADDR/i,
    'no-such-interface',
    () => 'There is no interface of this name. Choose one of the list: plumbline capture --list',
  ],
  [
    /no right to capture|permission|operation not permitted|password is required/i,
    'no-permission',
    (said) => `Packets may not be captured here (${said}).`,
  ],
  [
    /tcpdump is not installed|tcpdump: (?:command )?not found/i,
    'no-tcpdump',
    () => 'tcpdump is not installed there. Install it (Debian, Ubuntu: sudo apt install tcpdump).',
  ],
  [
    /syntax error|filter expression|rejects all packets|unknown (?:host|port|network|protocol|ether host)|not (?:a valid|supported)|illegal|invalid qualifier|parse/i,
    'bad-filter',
    (said) => `tcpdump does not understand the filter: ${said}`,
  ],
];

/** What stands behind a source that failed, by what it said last. */
export function failureOf(lines: readonly string[]): Failure {
  const said = lines.filter((line) => !isChatter(line)).map(withoutName);
  for (const [pattern, code, words] of meanings) {
    const line = said.find((each) => pattern.test(each));
    if (line !== undefined) return fail(code, words(line)).error;
  }
  const last = said.at(-1);
  return fail(
    'cannot-capture',
    last === undefined
      ? 'The capture ended without a word. Start it again.'
      : `The capture ended: ${last}. Start it again.`,
  ).error;
}

/** `tcpdump: syntax error` is about the filter, not about a program. */
export function withoutName(line: string): string {
  return line.replace(/^(?:tcpdump|plumbline-capture|dumpcap|nsenter): /, '').replace(/\.$/, '');
}
