import type { CaptureEvents, CaptureReader } from '../capture-events.ts';
import { u16, u16LittleEndian, u32, u32LittleEndian } from '../read-numbers.ts';
import type { Platform } from '../../model/platform.ts';
import { blockTypes, byteOrderMagic } from './pcapng-blocks.ts';
import { createSection } from './pcapng-section.ts';
import { createPushWindow } from './push-window.ts';

/** A block that claims more is taken for a broken file. Key logs are the largest that are really written. */
export const blockBytesMax = 16 * 1024 * 1024;

/** While a file is broken, only blocks up to this length are looked for: those of packets are shorter. */
const soughtBlockBytesMax = 2 * 1024 * 1024;

/**
 * Reads a pcapng file (draft-ietf-opsawg-pcapng): any number of sections of either byte order. Interfaces are numbered through all of them. Blocks
 * of other kinds are passed over. Holds at most one block. Behind a block whose lengths cannot be true it looks for the next that begins and ends
 * with the same one.
 */
export function createPcapngReader(events: CaptureEvents, platform: Platform): CaptureReader {
  let isLittle = false;
  let section = createSection(isLittle, 0, events, platform);
  let interfaces = 0;
  /** The last block claimed more than the file has: that nothing follows is no news. */
  let wasCut = false;
  let state: 'start' | 'blocks' | 'unread-section' | 'lost' | 'stopped' = 'start';

  const window = createPushWindow((bytes, from, available, isEnd) => {
    switch (state) {
      case 'start':
      case 'blocks':
      case 'unread-section':
        return available < 12 ? 0 : readBlock(bytes, from, available, isEnd);
      case 'lost':
        return findBlock(bytes, from, available, isEnd);
      case 'stopped':
        return available;
      default:
        return state satisfies never;
    }
  });
  window.need = 12;

  function readBlock(bytes: Uint8Array, from: number, available: number, isEnd: boolean): number {
    const type = u32Of(bytes, from);
    if (type !== blockTypes.section && state === 'start')
      return stop('This is no pcapng file: it does not begin with a section.');
    const order = type === blockTypes.section ? orderAt(bytes, from) : isLittle;
    if (order === null)
      return state === 'start'
        ? stop('The byte order of the file cannot be told.')
        : lose('The byte order of a section cannot be told');
    const length = order ? u32LittleEndian(bytes, from + 4) : u32(bytes, from + 4);
    if (!canBeLength(type, length)) return lose(`A block claims ${length} bytes, which cannot be true`);
    if (available < length) {
      if (isEnd) {
        wasCut = true;
        return lose(`The file ends inside a block of ${length} bytes`);
      }
      window.need = length;
      return 0;
    }
    window.need = 12;
    const again = order ? u32LittleEndian(bytes, from + length - 4) : u32(bytes, from + length - 4);
    if (again !== length)
      return lose(`A block has ${length} bytes by its first length and ${again} by its second`);
    if (type === blockTypes.section) beginSection(bytes, from, order);
    if (state === 'blocks') section.block(type, bytes, from + 8, from + length - 4, window.at());
    return length;
  }

  function beginSection(bytes: Uint8Array, from: number, order: boolean): void {
    const major = order ? u16LittleEndian(bytes, from + 12) : u16(bytes, from + 12);
    interfaces += section.interfaces();
    isLittle = order;
    section = createSection(order, interfaces, events, platform);
    state = major === 1 ? 'blocks' : 'unread-section';
    if (major !== 1)
      events.problem(
        `A section has version ${major} of the format; only version 1 is known here.`,
        window.at(),
      );
  }

  /** Byte by byte: a kind of block that is known, and the same length at both of its ends. */
  function findBlock(bytes: Uint8Array, from: number, available: number, isEnd: boolean): number {
    let at = 0;
    while (available - at >= 12) {
      const length = soughtLength(bytes, from + at);
      if (length > 0 && length <= available - at) {
        const isBig = u32(bytes, from + at + length - 4) === length;
        const isSmall = u32LittleEndian(bytes, from + at + length - 4) === length;
        if (isBig || isSmall) {
          state = 'blocks';
          wasCut = false;
          window.need = 12;
          return at === 0 ? readBlock(bytes, from, available, isEnd) : at;
        }
      } else if (length > 0 && !isEnd) {
        window.need = length;
        return at;
      }
      at++;
    }
    window.need = 12;
    return at;
  }

  /** Length of a block that may begin here, 0 for none. */
  function soughtLength(bytes: Uint8Array, at: number): number {
    const type = u32Of(bytes, at);
    const isSection = type === blockTypes.section;
    if (
      !isSection &&
      type !== blockTypes.interface &&
      type !== blockTypes.enhancedPacket &&
      type !== blockTypes.simplePacket
    )
      return 0;
    const order = isSection ? orderAt(bytes, at) : isLittle;
    if (order === null) return 0;
    const length = order ? u32LittleEndian(bytes, at + 4) : u32(bytes, at + 4);
    return canBeLength(type, length) && length <= soughtBlockBytesMax ? length : 0;
  }

  function u32Of(bytes: Uint8Array, at: number): number {
    return isLittle ? u32LittleEndian(bytes, at) : u32(bytes, at);
  }

  function lose(sentence: string): number {
    events.problem(`${sentence}; it is passed over, and the next block looked for.`, window.at());
    state = 'lost';
    window.need = 12;
    return 1;
  }

  function stop(sentence: string): number {
    events.problem(sentence, window.at());
    state = 'stopped';
    window.need = 1;
    return 1;
  }

  function end(): void {
    const left = window.end();
    if (state === 'start') events.problem('The file ends inside its first block.', window.at());
    else if (state === 'lost') {
      if (!wasCut) events.problem('No further block was found before the end of the file.', window.at());
    } else if (state !== 'stopped' && left > 0)
      events.problem('The file ends in the middle of a block; that block is not read.', window.at());
  }

  return { bytes: window.push, end };
}

/** Whether a section is little endian; null when its magic number is neither. */
function orderAt(bytes: Uint8Array, at: number): boolean | null {
  if (u32LittleEndian(bytes, at + 8) === byteOrderMagic) return true;
  return u32(bytes, at + 8) === byteOrderMagic ? false : null;
}

function canBeLength(type: number, length: number): boolean {
  return length >= (type === blockTypes.section ? 28 : 12) && length % 4 === 0 && length <= blockBytesMax;
}
