import { randomUUID } from 'node:crypto';
import { PacketSet } from '../../../../core/packets/filter/packet-set.ts';
import type { DecodeAsRule, Dissector } from '../../dissection/dissector.ts';
import { captureOf } from './capture-slices.ts';
import type { PacketFile } from './packet-file.ts';
import type { ScopeTest, SlowFilter } from './packet-views.ts';

/** Frames of one slice. */
const sliceBytesMax = 64 * 1024 * 1024;
/** The first one is small, so that something is there soon. */
const firstSliceBytes = 2 * 1024 * 1024;

export interface SlowFilterOptions {
  readonly file: PacketFile;
  readonly dissector: Pick<Dissector, 'filter'>;
  readonly keyLog: () => string;
  readonly rules: () => readonly DecodeAsRule[];
}

/** How often it is looked whether somebody still wants the answer. */
const stopCheckMs = 200;
/** Slices that fail one after the other, and the rest is not tried. */
const failuresMax = 3;
/** Failures that another slice cannot mend. */
const hopeless = ['bad-filter', 'bad-rule', 'dissection-stopped', 'dissection-missing'];

/**
 * Runs a display filter's parts in Wireshark's engine, over slices made of whole conversations: a conversation belongs to the slice of its first
 * packet, with all of its packets up to the bound, so that what is reassembled there is what is reassembled in the whole capture. The index puts
 * the answers together. A slice that the engine cannot take is passed over; the problem says so at the end.
 */
export function createSlowFilter({ file, dissector, keyLog, rules }: SlowFilterOptions): SlowFilter {
  return async ({ parts, combine }, scope, choose, found, isStopped) => {
    const log = keyLog();
    const decodeAs = rules();
    const abort = new AbortController();
    const check = setInterval(() => {
      if (isStopped()) abort.abort();
    }, stopCheckMs);
    let looked = 0;
    let missed = 0;
    let failures = 0;
    try {
      for (const numbers of slices(file, scope)) {
        if (isStopped()) return null;
        const capture = captureOf(file, numbers, log);
        // The same capture for all parts: it is read once.
        const key = randomUUID();
        const selected: PacketSet[] = [];
        for (const part of parts) {
          const answer = await dissector.filter({ key, bytes: capture.bytes, decodeAs }, part, abort.signal);
          if (!answer.ok) {
            const { code, message } = answer.error;
            if (hopeless.includes(code) || ++failures >= failuresMax) return message;
            break;
          }
          selected.push(setOf(answer.value, capture.numbers));
        }
        looked += numbers.length;
        if (selected.length < parts.length) {
          missed += numbers.length;
          continue;
        }
        failures = 0;
        found(choose(numbers, combine(selected)), looked);
      }
    } finally {
      clearInterval(check);
    }
    return missed === 0
      ? null
      : `Wireshark’s engine could not read ${missed} packets; they are not in the list.`;
  };
}

function setOf(frames: Uint32Array, numbers: Uint32Array): PacketSet {
  const set = new PacketSet();
  for (const frame of frames) {
    const number = numbers[frame - 1];
    if (number !== undefined) set.add(number);
  }
  return set;
}

function isInScope(scope: ScopeTest, conversation: number, number: number): boolean {
  if (scope.conversations !== null && !scope.conversations.has(conversation)) return false;
  return scope.numbers === null || scope.numbers.includes(number);
}

/** Packets by slices, ascending within each. */
function* slices(file: PacketFile, scope: ScopeTest): Generator<number[]> {
  const total = file.count();
  const done = new Set<number>();
  let from = 1;
  let bytesMax = firstSliceBytes;
  while (from <= total) {
    const taken = new Set<number>();
    const numbers: number[] = [];
    let bytes = 0;
    let next = 0;
    for (let number = from; number <= total; number++) {
      const place = file.place(number);
      const columns = place === null ? null : file.columns(place.block);
      if (place === null || columns === null) break;
      const conversation = columns.conversations[place.index] as number;
      if (conversation !== 0 && done.has(conversation)) continue;
      if (!isInScope(scope, conversation, number)) continue;
      const isFull = bytes >= bytesMax;
      if (isFull && (conversation === 0 || !taken.has(conversation))) {
        if (next === 0) next = number;
        continue;
      }
      if (bytes >= sliceBytesMax) continue;
      if (conversation !== 0) taken.add(conversation);
      numbers.push(number);
      bytes += columns.captured[place.index] as number;
    }
    for (const conversation of taken) done.add(conversation);
    if (numbers.length > 0) yield numbers;
    if (next === 0) return;
    from = next;
    bytesMax = sliceBytesMax;
  }
}
