import { Buffer } from 'node:buffer';

/** Parts of DNS messages, written as a test reads them. Names are dotted, `@12` at the end is a pointer. */
export interface WrittenRecord {
  readonly name: string;
  readonly type: number;
  readonly class?: number;
  readonly ttl?: number;
  readonly data: Uint8Array;
}

export interface WrittenMessage {
  readonly id?: number;
  /** The 16 bits behind the id. A question with recursion wanted unless given. */
  readonly flags?: number;
  readonly questions?: readonly (readonly [name: string, type: number, kind?: number])[];
  readonly answers?: readonly WrittenRecord[];
  readonly authority?: readonly WrittenRecord[];
  readonly additional?: readonly WrittenRecord[];
}

export const question = 0x0100;
export const answer = 0x8180;

export function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

export function dnsName(text: string): Buffer {
  const [, labels = '', pointer] = /^(.*?)(?:@(\d+))?$/.exec(text) ?? [];
  const parts = labels.split('.').filter((label) => label !== '');
  const end = pointer === undefined ? Buffer.from([0]) : u16(0xc000 | Number(pointer));
  return Buffer.concat([
    ...parts.map((label) => Buffer.concat([Buffer.from([Buffer.byteLength(label)]), Buffer.from(label)])),
    end,
  ]);
}

export function dnsMessage(written: WrittenMessage): Uint8Array {
  const { id = 0x1234, flags = question, questions = [], answers = [] } = written;
  const { authority = [], additional = [] } = written;
  const sections = [answers, authority, additional];
  return new Uint8Array(
    Buffer.concat([
      ...[id, flags, questions.length, ...sections.map(({ length }) => length)].map(u16),
      ...questions.map(([name, type, kind = 1]) => Buffer.concat([dnsName(name), u16(type), u16(kind)])),
      ...sections.flat().map(record),
    ]),
  );
}

function record({ name, type, class: kind = 1, ttl = 300, data }: WrittenRecord): Buffer {
  return Buffer.concat([
    ...[dnsName(name), u16(type), u16(kind), u16(Math.floor(ttl / 65_536)), u16(ttl & 0xffff)],
    ...[u16(data.length), data],
  ]);
}

export function address4(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

/** With its length in front, as on TCP. */
export function onStream(message: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([u16(message.length), message]));
}
