import type { PacketDetail, PacketRow } from '../../../../core/contract/packets.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { createDecodedPacket } from '../../../../core/packets/decoded-packet.ts';
import { placeTree, type TreePlace } from '../../../../core/packets/place-tree.ts';
import { plainTree } from '../../../../core/packets/plain-tree.ts';
import type { Dissection } from '../../dissection/dissection.ts';
import type { DecodeAsRule } from '../../dissection/dissector.ts';
import { captureOf } from './capture-slices.ts';
import type { ConversationIndex } from './conversation-index.ts';
import type { PacketFile, PacketPlace } from './packet-file.ts';
import { numbersOf } from './replay.ts';
import { createStoredDecoder } from './stored-decoder.ts';

/** Packets of a conversation that are taken apart together: reading more takes longer than a person waits. */
const segmentPackets = 120;
/** What comes before a segment, so that what began there is seen. */
const overlapPackets = 30;
/** The beginning of a conversation, where much is settled. */
const headPackets = 15;
const sliceBytesMax = 16 * 1024 * 1024;

export interface TreeOptions {
  readonly file: PacketFile;
  readonly conversations: ConversationIndex;
  readonly dissector: Dissection;
  readonly keyLog: () => string;
  readonly rules: () => readonly DecodeAsRule[];
}

/** Packets that are read together with the one that is looked at: others of its conversation. */
function togetherWith(
  file: PacketFile,
  number: number,
  conversation: { id: number; firstPacket: number; lastPacket: number } | null,
): { readonly key: string; readonly numbers: readonly number[] } {
  if (conversation === null) return { key: `packet ${number}`, numbers: [number] };
  const { id, firstPacket, lastPacket } = conversation;
  const head: number[] = [];
  const before: number[] = [];
  let seen = 0;
  let segment = -1;
  const wanted: number[] = [];
  for (const each of numbersOf(file, id, firstPacket, Math.max(lastPacket, number))) {
    if (seen < headPackets) head.push(each);
    if (segment === -1) {
      before.push(each);
      if (each === number) segment = Math.floor(seen / segmentPackets);
    }
    seen += 1;
    if (segment !== -1 && seen >= (segment + 1) * segmentPackets) break;
    if (segment !== -1 && each > number) wanted.push(each);
  }
  if (segment === -1) return { key: `packet ${number}`, numbers: [number] };
  const from = Math.max(0, segment * segmentPackets - overlapPackets);
  const own = before.slice(from);
  const all = [...new Set([...(from > 0 ? head : []), ...own, ...wanted])];
  return { key: `conversation ${id} segment ${segment} of ${seen}`, numbers: cutTo(file, all, number) };
}

/** No more than fits, the wanted packet always among them. */
function cutTo(file: PacketFile, numbers: readonly number[], number: number): readonly number[] {
  let bytes = 0;
  const kept: number[] = [];
  for (const each of numbers) {
    const place = file.place(each);
    bytes += place === null ? 0 : file.frame(place).length;
    if (bytes > sliceBytesMax && each > number) break;
    kept.push(each);
  }
  return kept;
}

/** The whole protocol tree of one packet. Where nobody can take it apart, its bytes are shown all the same. */
export async function treeOf(
  options: TreeOptions,
  row: PacketRow,
  conversation: { id: number; firstPacket: number; lastPacket: number } | null,
): Promise<Result<Omit<PacketDetail, 'row' | 'exchangeId'>>> {
  const { file, conversations, dissector, keyLog, rules } = options;
  const place = file.place(row.number);
  if (place === null) return fail('no-such-packet', `There is no packet ${row.number}.`);
  const { key, numbers } = togetherWith(file, row.number, conversation);
  const log = keyLog();
  const capture = captureOf(file, numbers, log);
  const decodeAs = rules();
  const dissected = await dissector.tree(
    { key: `${key} ${log.length} ${JSON.stringify(decodeAs)}`, bytes: capture.bytes, decodeAs },
    numbers.indexOf(row.number) + 1,
  );
  if (!dissected.ok) return succeed(plainOf(file, row.number, place, dissected.error.message));
  const { sources, tree, dissectedBy, problem } = dissected.value;
  const transport = conversation === null ? null : conversations.get(conversation.id);
  const hasStream = transport?.transport === 'tcp' || transport?.transport === 'udp';
  return succeed({
    sources: [...sources],
    tree: placeTree(tree, {
      numbers: capture.numbers,
      stream: hasStream ? transport.stream : -1,
      ...timesOf(file, row.number, place),
    }),
    dissectedBy,
    problem,
  });
}

/** What our own decoder makes of it. */
function plainOf(
  file: PacketFile,
  number: number,
  place: PacketPlace,
  problem: string,
): Omit<PacketDetail, 'row' | 'exchangeId'> {
  const frame = Uint8Array.from(file.frame(place));
  const packet = createDecodedPacket();
  createStoredDecoder(file)(number, packet);
  return {
    sources: [{ name: 'Frame', bytes: frame }],
    tree: plainTree(packet),
    dissectedBy: 'Plumbline',
    problem,
  };
}

function timesOf(
  file: PacketFile,
  number: number,
  place: PacketPlace,
): Pick<TreePlace, 'sinceFirst' | 'sincePrevious'> {
  return {
    sinceFirst: difference(file, file.place(1) ?? place, place),
    sincePrevious: difference(file, (number === 1 ? null : file.place(number - 1)) ?? place, place),
  };
}

/** Seconds from one packet to another with nine decimals, exactly; negative where time runs backwards. */
function difference(file: PacketFile, from: PacketPlace, to: PacketPlace): string {
  const nanos = nanosOf(file, to) - nanosOf(file, from);
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function nanosOf(file: PacketFile, { block, index }: PacketPlace): bigint {
  const columns = file.columns(block);
  if (columns === null) return 0n;
  const seconds = columns.baseSeconds + (columns.seconds[index] ?? 0);
  return BigInt(seconds) * 1_000_000_000n + BigInt(columns.nanos[index] ?? 0);
}
