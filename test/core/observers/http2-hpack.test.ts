import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { createHpackDecoder, type HpackBlock } from '../../../core/observers/http2-hpack.ts';
import { decodedBytesMax, decodeHuffman } from '../../../core/observers/http2-hpack-huffman.ts';
import { HTTP2_LIMITS } from '../../../core/observers/http2-limits.ts';
import { nodePlatform } from '../../support/platform.ts';
import { bytesOf, textOf } from './http1-script.ts';
import { indexed, integer, join, literal, string, tableSize } from './http2-script.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function lines(block: HpackBlock): string[] {
  return block.fields.map((field) => field.line.join(': '));
}

function codes(block: HpackBlock): string[] {
  return block.defects.map((defect) => defect.code);
}

function createDecoder(tableBytesAllowed = 4096, tableBytesMax = HTTP2_LIMITS.tableBytesMax) {
  const limits = { ...HTTP2_LIMITS, tableBytesMax };
  const decoder = createHpackDecoder(nodePlatform, limits, () => tableBytesAllowed);
  return {
    read: (...parts: readonly Uint8Array[]) => {
      const bytes = join(...parts);
      return decoder.decode(bytes, 0, bytes.length, false);
    },
  };
}

/** Blocks of one connection with what they say, and what the table holds afterwards, newest first. */
type Example = readonly (readonly [block: string, says: readonly string[], table: readonly string[]])[];

const AUTHORITY = ':authority: www.example.com';
const REQUESTS_SAY: readonly (readonly string[])[] = [
  [':method: GET', ':scheme: http', ':path: /', AUTHORITY],
  [':method: GET', ':scheme: http', ':path: /', AUTHORITY, 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', AUTHORITY, 'custom-key: custom-value'],
];
const REQUEST_TABLES: readonly (readonly string[])[] = [
  [AUTHORITY],
  ['cache-control: no-cache', AUTHORITY],
  ['custom-key: custom-value', 'cache-control: no-cache', AUTHORITY],
];
const DATE_21 = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
const DATE_22 = 'date: Mon, 21 Oct 2013 20:13:22 GMT';
const LOCATION = 'location: https://www.example.com';
const COOKIE = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
const RESPONSES_SAY: readonly (readonly string[])[] = [
  [':status: 302', 'cache-control: private', DATE_21, LOCATION],
  [':status: 307', 'cache-control: private', DATE_21, LOCATION],
  [':status: 200', 'cache-control: private', DATE_22, LOCATION, 'content-encoding: gzip', COOKIE],
];
const RESPONSE_TABLES: readonly (readonly string[])[] = [
  [LOCATION, DATE_21, 'cache-control: private', ':status: 302'],
  [':status: 307', LOCATION, DATE_21, 'cache-control: private'],
  [COOKIE, 'content-encoding: gzip', DATE_22],
];

function example(
  blocks: readonly string[],
  says: readonly (readonly string[])[],
  tables: readonly (readonly string[])[],
): Example {
  return blocks.map((block, index) => [block, says[index] ?? [], tables[index] ?? []]);
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  'C.2.1 literal with indexing': [
    [
      '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      ['custom-key: custom-header'],
      ['custom-key: custom-header'],
    ],
  ],
  'C.2.2 literal without indexing': [['040c 2f73 616d 706c 652f 7061 7468', [':path: /sample/path'], []]],
  'C.2.3 literal never indexed': [['1008 7061 7373 776f 7264 0673 6563 7265 74', ['password: secret'], []]],
  'C.2.4 indexed': [['82', [':method: GET'], []]],
  'C.3 requests without Huffman': example(
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
    REQUESTS_SAY,
    REQUEST_TABLES,
  ),
  'C.4 requests with Huffman': example(
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
    REQUESTS_SAY,
    REQUEST_TABLES,
  ),
  'C.5 responses without Huffman': example(
    [
      `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a
       3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
      '4803 3330 37c1 c0bf',
      `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04
       677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49
       553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
    ],
    RESPONSES_SAY,
    RESPONSE_TABLES,
  ),
  'C.6 responses with Huffman': example(
    [
      `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e
       919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
      '4883 640e ffc1 c0bf',
      `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
       821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed
       4ee5 b106 3d50 07`,
    ],
    RESPONSES_SAY,
    RESPONSE_TABLES,
  ),
};

describe('the examples of RFC 7541 appendix C', () => {
  for (const [name, blocks] of Object.entries(EXAMPLES)) {
    it(`${name} say what they say there`, () => {
      const isResponse = name.includes('responses');
      const decoder = createDecoder();
      if (isResponse) expect(lines(decoder.read(tableSize(256)))).toEqual([]);
      for (const [octets, says, table] of blocks) {
        const block = decoder.read(hex(octets));
        expect(lines(block)).toEqual(says);
        expect(block.defects).toEqual([]);
        expect(lines(decoder.read(...table.map((_, age) => indexed(62 + age))))).toEqual(table);
      }
    });
  }

  it('C.1 integers are read', () => {
    const value = (text: string) => lines(createDecoder().read(hex('00'), string('a'), hex(text)));
    expect(value('0a' + '78'.repeat(10))).toEqual([`a: ${'x'.repeat(10)}`]);
    expect(value('7fba09' + '78'.repeat(1337))).toEqual([`a: ${'x'.repeat(1337)}`]);
    expect(createDecoder(1336).read(hex('3f9a0a')).defects[0]?.message).toContain('a table of 1337 bytes');
  });
});

/** The octets 0 to 255, encoded by the hpack package 4.0.0 for Python. */
const EVERY_OCTET = [
  '/8f//Y///+L///4////k///+X///5v///n///+j//+r////z///6f///q////9///+v///7P///t///+7///7////w////H///8v',
  '////v///z////T///9f///2////f///+P///5////r///+1P4/n/r/yr8f6/r+/n/f0suwAImWm3HXn7n3//IP+/8/9Q3b1/BhxY',
  '8mXNn0adWvZt3b+HHl+c/3/3//w/+f/kX/9HGSQss05unWimo9faxCbe/jz69//7/n/7/9////z//m//9L//n//6P//T//9T//1f',
  '//s//+t//9r//7f//3P//u///e///r//+////Z///b//6///4P//7v//w///i///H//+T//uf/+x//+X//2f//zf//n///v//9r/',
  '/u//9P//t//+5//+j//9P//e///V//7v//vf//4f/9///3///1///s//8H//h//+D//xf//t//+H//93//7//+r//4v//j//+T//',
  '+H//y///N///H///g///4f/+v//j//8///8v//o///2f//8X///H///yf//97///v///8v//+P//+3//l//4///+b///wf//+H//',
  '/n///8X//+X//k//8v///R///0////7///4////J///5f/+z///P//t//83//0//+f//0f//z//+r//6///93//+////T///X///',
  'q///p///1///+b///s///7f///P///6P///T///6v///X////3///s///9v///u///9////w///7vw==',
].join('');

describe('Huffman strings', () => {
  it('of every octet are read back', () => {
    const encoded = new Uint8Array(Buffer.from(EVERY_OCTET, 'base64'));
    const into = new Uint8Array(decodedBytesMax(encoded.length));
    const length = decodeHuffman(encoded, 0, encoded.length, into);
    expect([...into.subarray(0, length)]).toEqual(Array.from({ length: 256 }, (_, octet) => octet));
  });

  it('with the end-of-string code, or with padding that is too long or not all ones, are errors', () => {
    const into = new Uint8Array(64);
    expect(decodeHuffman(hex('ffffffff'), 0, 4, into)).toBe(-1);
    expect(decodeHuffman(hex('1f'), 0, 1, into)).toBe(1);
    expect(textOf(into.subarray(0, 1))).toBe('a');
    expect(decodeHuffman(hex('18'), 0, 1, into)).toBe(-2);
    expect(decodeHuffman(hex('1fff'), 0, 2, into)).toBe(-2);
    const block = createDecoder().read(hex('00'), string('a'), hex('81 18'));
    expect(block.defects[0]?.message).toBe(
      'The header block holds a Huffman string with wrong padding; what follows in it is unknown.',
    );
  });
});

describe('the dynamic table', () => {
  it('forgets the oldest entries, and entries larger than itself empty it', () => {
    const decoder = createDecoder();
    decoder.read(tableSize(80), literal('a', '1', 'indexed'), literal('b', '2', 'indexed'));
    expect(lines(decoder.read(indexed(63), indexed(62)))).toEqual(['a: 1', 'b: 2']);
    decoder.read(literal('c', '3', 'indexed'));
    expect(lines(decoder.read(indexed(63), indexed(62)))).toEqual(['b: 2', 'c: 3']);
    decoder.read(literal('large', 'x'.repeat(80), 'indexed'));
    expect(codes(decoder.read(indexed(62)))).toEqual(['unknown-index']);
  });

  it('holds any number of entries in a ring', () => {
    const decoder = createDecoder();
    for (let count = 0; count < 500; count++) {
      decoder.read(literal(`n${count}`, 'v', 'indexed'));
      const known = Math.min(count, 50);
      expect(lines(decoder.read(indexed(62), indexed(62 + known)))).toEqual([
        `n${count}: v`,
        `n${count - known}: v`,
      ]);
    }
  });

  it('takes the name of an entry for a new one', () => {
    const decoder = createDecoder();
    decoder.read(literal('name', '1', 'indexed'));
    expect(lines(decoder.read(integer(62, 6, 0x40), string('2'), indexed(62), indexed(63)))).toEqual([
      'name: 2',
      'name: 2',
      'name: 1',
    ]);
  });

  it('may be larger than the other side allows, but that is a defect', () => {
    expect(codes(createDecoder(4096).read(tableSize(4096)))).toEqual([]);
    expect(codes(createDecoder(4096).read(tableSize(4097)))).toEqual(['hpack']);
    expect(codes(createDecoder(65_536).read(tableSize(65_536)))).toEqual([]);
  });

  it('is resized only before the first field', () => {
    const block = createDecoder().read(tableSize(0), tableSize(100), indexed(2), tableSize(10), indexed(4));
    expect(lines(block)).toEqual([':method: GET']);
    expect(codes(block)).toEqual(['hpack']);
  });

  it('is kept up to its bound; what a sender keeps beyond is unknown, what it keeps within is right', () => {
    const decoder = createDecoder(2 ** 20, 128);
    decoder.read(tableSize(2 ** 20));
    for (const name of ['a', 'b', 'c', 'd']) decoder.read(literal(name, '1', 'indexed'));
    const block = decoder.read(indexed(62), indexed(64), indexed(65), indexed(62));
    expect(lines(block)).toEqual(['d: 1', 'b: 1', 'unknown index 65: ', 'd: 1']);
    expect(block.defects.map((defect) => defect.message)).toEqual([
      'A field refers to unknown index 65: of a table of 1048576 bytes, 128 are kept.',
    ]);
  });
});

describe('what cannot be decoded', () => {
  it('costs the rest of the block and the table; what comes later is known again', () => {
    const decoder = createDecoder();
    decoder.read(literal('before', '1', 'indexed'));
    const broken = decoder.read(indexed(2), indexed(0), indexed(4));
    expect(lines(broken)).toEqual([':method: GET']);
    expect(broken.defects[0]?.message).toBe(
      'The header block refers to the entry 0, which does not exist; what follows in it is unknown.',
    );
    expect(lines(decoder.read(literal('after', '2', 'indexed'), indexed(62)))).toEqual([
      'after: 2',
      'after: 2',
    ]);
    const lost = decoder.read(indexed(63), integer(63, 6, 0x40), string('v'), indexed(62));
    expect(lines(lost)).toEqual(['unknown index 63: ', 'unknown index 63: v', 'unknown index 63: v']);
    expect(lost.defects[0]?.message).toBe('A field refers to unknown index 63: the entry was lost earlier.');
  });

  it('is named: blocks that end too early, and numbers that are too large', () => {
    const problem = (text: string) => createDecoder().read(hex(text)).defects[0]?.message;
    expect(problem('40')).toContain('ends before a string');
    expect(problem('4005 61')).toContain('ends inside a string');
    expect(problem('7f')).toContain('ends inside a number');
    expect(problem('ff ff ff ff ff ff 01')).toContain('holds a number above 2^32 - 1');
    expect(problem('ff 80 80 80 80 80 00')).toContain('holds a number above 2^32 - 1');
    expect(problem('be')).toBe('A field refers to unknown index 62: the table has no such entry.');
  });

  it('never breaks a line: CR, LF and NUL are spaces, and names that cannot be one are defects', () => {
    const block = createDecoder().read(
      literal('a', 'x\r\ny: z\0', 'indexed'),
      literal('b\r\nc', '1'),
      literal('Upper', '1'),
      indexed(62),
    );
    expect(lines(block)).toEqual(['a: x  y: z ', 'b  c: 1', 'Upper: 1', 'a: x  y: z ']);
    expect(codes(block)).toEqual(['bad-head', 'bad-head', 'bad-head', 'bad-head']);
    expect(block.fields.map((field) => field.text)).toEqual([
      'a: x  y: z \r\n',
      'b  c: 1\r\n',
      'Upper: 1\r\n',
      'a: x  y: z \r\n',
    ]);
  });

  it('by its size ends where the bound is: one octet that stands for 4 KiB', () => {
    const decoder = createDecoder();
    decoder.read(literal('bomb', 'x'.repeat(4000), 'indexed'));
    const block = decoder.read(new Uint8Array(200_000).fill(0xbe));
    expect(block.fields.length).toBe(Math.floor(HTTP2_LIMITS.decodedBytesMax / 4036));
    expect(codes(block)).toEqual(['head-too-large']);
    expect(lines(decoder.read(indexed(62)))).toHaveLength(1);
  });

  it('is the same string again where it came before', () => {
    const decoder = createDecoder();
    const name = 'x-' + 'long'.repeat(7);
    for (let count = 0; count < 200; count++) {
      const text = `value ${count % 70}`;
      expect(lines(decoder.read(literal(name, text), literal(text.replace(' ', '-'), name)))).toEqual([
        `${name}: ${text}`,
        `${text.replace(' ', '-')}: ${name}`,
      ]);
    }
    expect(lines(decoder.read(bytesOf('')))).toEqual([]);
  });
});
