import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32, deflateSync, gzipSync, inflateRawSync } from 'node:zlib';

/** What a made capture holds, to be compared with what is read from it. */
export interface PacketMix {
  readonly packets: number;
  readonly fileBytes: number;
  readonly conversations: number;
  /** By protocol, as `exchanges --json` names it. */
  readonly exchanges: Readonly<Record<string, number>>;
}

const chunkBytes = 4 * 1024 * 1024;
const segmentBytes = 1448;
/** Conversations that go on at once. */
const openConversations = 64;
const [syn, fin, push, ack] = [2, 1, 8, 16];

/** One run of each kind in so many conversations; DNS lookups have a conversation each. */
const weights = { download: 4, page: 12, small: 20, tls: 10, dns: 40, redis: 2, postgres: 2 } as const;
type Kind = keyof typeof weights;

/** Writes packets into a pcap file of Ethernet frames, microseconds. */
class Wire {
  packets = 0;
  fileBytes = 24;
  conversations = 0;
  readonly exchanges: Record<string, number> = {};
  private readonly file: number;
  private readonly chunk = Buffer.alloc(chunkBytes);
  private used = 24;
  private micros = 0;
  private state = 20_260_101;

  constructor(path: string) {
    this.file = openSync(path, 'w');
    this.chunk.writeUInt32LE(0xa1b2c3d4, 0);
    this.chunk.writeUInt16LE(2, 4);
    this.chunk.writeUInt16LE(4, 6);
    this.chunk.writeUInt32LE(262_144, 16);
    this.chunk.writeUInt32LE(1, 20);
  }

  /** The same numbers in each run: 0 … below - 1. */
  random(below: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * below);
  }

  counted(protocol: string): void {
    this.exchanges[protocol] = (this.exchanges[protocol] ?? 0) + 1;
  }

  /** Room for one frame, its packet header written. */
  frame(bytes: number): { readonly into: Buffer; readonly at: number } {
    if (this.used + 16 + bytes > chunkBytes) this.flush();
    const { chunk, used } = this;
    this.micros += 5 + this.random(30);
    chunk.writeUInt32LE(1_790_000_000 + Math.floor(this.micros / 1e6), used);
    chunk.writeUInt32LE(this.micros % 1e6, used + 4);
    chunk.writeUInt32LE(bytes, used + 8);
    chunk.writeUInt32LE(bytes, used + 12);
    this.used += 16 + bytes;
    this.fileBytes += 16 + bytes;
    this.packets += 1;
    return { into: chunk, at: used + 16 };
  }

  end(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    writeSync(this.file, this.chunk, 0, this.used);
    this.used = 0;
  }
}

interface Ends {
  readonly client: number;
  readonly server: number;
  readonly clientPort: number;
  readonly serverPort: number;
}

/** Ethernet and IPv4, `bytes` of payload behind it; gives where that begins. */
function ipFrame(
  wire: Wire,
  ends: Ends,
  fromClient: boolean,
  protocol: number,
  bytes: number,
): { readonly into: Buffer; readonly at: number } {
  const { into, at } = wire.frame(34 + bytes);
  into.fill(0, at, at + 34);
  into[at + 5] = fromClient ? 2 : 1;
  into[at + 11] = fromClient ? 1 : 2;
  into.writeUInt16BE(0x0800, at + 12);
  into[at + 14] = 0x45;
  into.writeUInt16BE(20 + bytes, at + 16);
  into.writeUInt16BE(wire.packets & 0xffff, at + 18);
  into[at + 22] = 64;
  into[at + 23] = protocol;
  into.writeUInt32BE(fromClient ? ends.client : ends.server, at + 26);
  into.writeUInt32BE(fromClient ? ends.server : ends.client, at + 30);
  into.writeUInt16BE(fromClient ? ends.clientPort : ends.serverPort, at + 34);
  into.writeUInt16BE(fromClient ? ends.serverPort : ends.clientPort, at + 36);
  return { into, at: at + 34 };
}

/** One TCP conversation, timestamps on. Sequence numbers count from each end's own beginning. */
class Talk {
  private readonly wire: Wire;
  private readonly ends: Ends;
  private readonly next = { client: 1000, server: 900_000 };
  private ticks = 1;

  constructor(wire: Wire, ends: Ends) {
    this.wire = wire;
    this.ends = ends;
    wire.conversations += 1;
  }

  *open(): Generator<undefined> {
    this.bare(true, syn);
    this.next.client += 1;
    yield;
    this.bare(false, syn | ack);
    this.next.server += 1;
    yield;
    this.bare(true, ack);
    yield;
  }

  /** Sends bytes, with an ACK of the other side for every second segment and for the end; some are lost or overtaken where `isTroubled`. */
  *send(fromClient: boolean, bytes: Buffer, isTroubled = false): Generator<undefined> {
    const side = fromClient ? 'client' : 'server';
    const base = this.next[side];
    let sent = 0;
    for (let from = 0; from < bytes.length; from += segmentBytes) {
      const luck = isTroubled ? this.wire.random(400) : 1000;
      if (luck < 3 && from + 4 * segmentBytes < bytes.length) {
        yield* this.lose(fromClient, bytes, from, base);
        from += 3 * segmentBytes;
        sent = 0;
        continue;
      }
      if (luck < 5 && from + 2 * segmentBytes < bytes.length) {
        this.part(fromClient, bytes, from + segmentBytes, base);
        yield;
        this.part(fromClient, bytes, from, base);
        yield;
        from += segmentBytes;
        this.next[side] = base + from + segmentBytes;
        this.bare(!fromClient, ack);
        yield;
        sent = 0;
        continue;
      }
      this.part(fromClient, bytes, from, base);
      this.next[side] = base + Math.min(bytes.length, from + segmentBytes);
      yield;
      sent += 1;
      if (sent === 2 || from + segmentBytes >= bytes.length) {
        sent = 0;
        this.bare(!fromClient, ack);
        yield;
      }
    }
  }

  *close(): Generator<undefined> {
    this.bare(true, fin | ack);
    this.next.client += 1;
    yield;
    this.bare(false, fin | ack);
    this.next.server += 1;
    yield;
    this.bare(true, ack);
    yield;
  }

  /** The first of four segments is lost; the other three are answered with what is still missing, and it is sent again. */
  private *lose(fromClient: boolean, bytes: Buffer, from: number, base: number): Generator<undefined> {
    const side = fromClient ? 'client' : 'server';
    this.next[side] = base + from;
    for (let n = 1; n < 4; n++) {
      this.part(fromClient, bytes, from + n * segmentBytes, base);
      yield;
      this.bare(!fromClient, ack);
      yield;
    }
    this.part(fromClient, bytes, from, base);
    this.next[side] = base + Math.min(bytes.length, from + 4 * segmentBytes);
    yield;
    this.bare(!fromClient, ack);
    yield;
  }

  private part(fromClient: boolean, bytes: Buffer, from: number, base: number): void {
    const to = Math.min(bytes.length, from + segmentBytes);
    this.segment(fromClient, to === bytes.length ? push | ack : ack, base + from, bytes, from, to);
  }

  private bare(fromClient: boolean, flags: number): void {
    this.segment(fromClient, flags, this.next[fromClient ? 'client' : 'server'], nothing, 0, 0);
  }

  private segment(
    fromClient: boolean,
    flags: number,
    seq: number,
    bytes: Buffer,
    from: number,
    to: number,
  ): void {
    const optionBytes = (flags & syn) === 0 ? 12 : 20;
    const { into, at } = ipFrame(this.wire, this.ends, fromClient, 6, 20 + optionBytes + to - from);
    into.writeUInt32BE(seq, at + 4);
    into.writeUInt32BE(flags === syn ? 0 : this.next[fromClient ? 'server' : 'client'], at + 8);
    into[at + 12] = ((20 + optionBytes) / 4) << 4;
    into[at + 13] = flags;
    into.writeUInt16BE(60_000, at + 14);
    into.writeUInt32BE(0, at + 16);
    let option = at + 20;
    if (optionBytes === 20) {
      into.set([2, 4, 0x05, 0xb4, 4, 2, 1, 3, 3, 7], option);
      option += 10;
    } else {
      into.set([1, 1], option);
      option += 2;
    }
    into.set([8, 10], option);
    into.writeUInt32BE(this.ticks++, option + 2);
    into.writeUInt32BE(this.ticks, option + 6);
    bytes.copy(into, at + 20 + optionBytes, from, to);
  }
}

const nothing = Buffer.alloc(0);

function* download(wire: Wire, ends: Ends, body: Buffer): Generator<undefined> {
  const talk = new Talk(wire, { ...ends, serverPort: 80 });
  yield* talk.open();
  const bytes = 100_000 + wire.random(400_000);
  yield* talk.send(true, requestOf(`/files/${wire.conversations}.bin`));
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bytes}\r\n\r\n`;
  yield* talk.send(false, Buffer.concat([Buffer.from(head), body.subarray(0, bytes)]), true);
  wire.counted('http/1.1');
  yield* talk.close();
}

/** Text as it is written by people and programs: words of a few hundred, in lines. */
function textOf(wire: Wire, bytes: number): string {
  const lines: string[] = [];
  for (let left = bytes; left > 0; left -= lines.at(-1)?.length ?? 0) {
    const words = Array.from({ length: 6 + wire.random(8) }, () => (wire.random(400) ** 2).toString(36));
    lines.push(`  const ${words.join(' + ')};\n`);
  }
  return lines.join('');
}

/** PNG 1.2, section 3.2: noise, which takes the room that a photograph takes. */
function imageOf(noise: Buffer): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const content = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length);
    ends.writeUInt32BE(crc32(content), 4);
    return Buffer.concat([ends.subarray(0, 4), content, ends.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(noise)), chunk('IEND', nothing)];
  return Buffer.concat([signature, ...parts]);
}

function listOf(wire: Wire, items: number): Buffer {
  const item = (id: number): object => ({
    ...{ id, name: `Item ${id}`, price: wire.random(10_000) / 100, inStock: wire.random(2) === 1 },
    ...{ tags: ['new', 'sale'].slice(wire.random(3)), updatedAt: '2026-01-01T00:00:00Z' },
  });
  return Buffer.from(JSON.stringify({ items: Array.from({ length: items }, (_, id) => item(id)) }));
}

interface Resource {
  readonly path: string;
  readonly head: string;
  readonly body: Buffer;
}

/**
 * What pages are made of, in the numbers and about the sizes that the HTTP Archive gives as the median (Web Almanac 2024, page weight): mostly images
 * and scripts, text compressed; and the lists that an application asks for.
 */
function resources(wire: Wire, noise: Buffer): readonly Resource[] {
  const made: Resource[] = [];
  const add = (count: number, ending: string, type: string, make: () => Buffer, isGzip: boolean): void => {
    for (let n = 0; n < count; n++) {
      const body = isGzip ? gzipSync(make()) : make();
      const coding = isGzip ? 'Content-Encoding: gzip\r\n' : '';
      const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${coding}Content-Length: ${body.length}\r\nCache-Control: max-age=600\r\n\r\n`;
      made.push({ path: `/assets/${made.length}.${ending}`, head, body });
    }
  };
  add(2, 'html', 'text/html; charset=utf-8', () => Buffer.from(textOf(wire, 60_000)), true);
  add(24, 'js', 'text/javascript', () => Buffer.from(textOf(wire, 20_000 + wire.random(100_000))), true);
  add(8, 'css', 'text/css', () => Buffer.from(textOf(wire, 10_000 + wire.random(60_000))), true);
  add(18, 'png', 'image/png', () => imageOf(noise.subarray(0, 5000 + wire.random(100_000))), false);
  add(18, 'json', 'application/json', () => listOf(wire, 5 + wire.random(80)), false);
  return made;
}

/** A browser's connection: some of what a page needs, one after the other. */
function* page(wire: Wire, ends: Ends, all: readonly Resource[]): Generator<undefined> {
  const talk = new Talk(wire, { ...ends, serverPort: 80 });
  yield* talk.open();
  for (let left = 4 + wire.random(16); left > 0; left--) {
    const { path, head, body } = all[wire.random(all.length)] as Resource;
    yield* talk.send(true, requestOf(path));
    yield* talk.send(false, Buffer.concat([Buffer.from(head), body]), true);
    wire.counted('http/1.1');
  }
  yield* talk.close();
}

function* small(wire: Wire, ends: Ends): Generator<undefined> {
  const talk = new Talk(wire, { ...ends, serverPort: 8080 });
  yield* talk.open();
  for (let left = 1 + wire.random(20); left > 0; left--) {
    yield* talk.send(true, requestOf(`/api/items/${left}?page=${wire.random(100)}`));
    const body = JSON.stringify({ item: left, text: 'x'.repeat(200 + wire.random(800)) });
    yield* talk.send(
      false,
      Buffer.from(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nServer: made\r\n\r\n${body}`,
      ),
    );
    wire.counted('http/1.1');
  }
  yield* talk.close();
}

function requestOf(path: string): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: files.example\r\nUser-Agent: bench/1\r\nAccept: */*\r\nCookie: id=${'c'.repeat(120)}\r\n\r\n`,
  );
}

function* tls(wire: Wire, ends: Ends, body: Buffer): Generator<undefined> {
  const talk = new Talk(wire, { ...ends, serverPort: 443 });
  yield* talk.open();
  yield* talk.send(true, clientHello);
  yield* talk.send(
    false,
    Buffer.concat([serverHello, Buffer.from([20, 3, 3, 0, 1, 1]), applicationData(body, 2800)]),
  );
  yield* talk.send(true, Buffer.concat([Buffer.from([20, 3, 3, 0, 1, 1]), applicationData(body, 53)]));
  for (let left = 2 + wire.random(6); left > 0; left--) {
    yield* talk.send(true, applicationData(body, 200 + wire.random(400)));
    yield* talk.send(false, applicationData(body, 1000 + wire.random(15_000)), true);
  }
  yield* talk.close();
}

function vector(lengthBytes: 1 | 2 | 3, ...parts: readonly (Buffer | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}

/** RFC 8446 section 4.1.2: TLS 1.3 with a server name and ALPN. */
const clientHello = handshake(
  1,
  Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    vector(1, Buffer.alloc(32, 8)),
    vector(2, [0x13, 0x01, 0x13, 0x02, 0xc0, 0x2f]),
    vector(1, [0]),
    vector(
      2,
      [0, 0],
      vector(2, vector(2, [0], vector(2, Buffer.from('secure.example')))),
      [0, 16],
      vector(2, vector(2, vector(1, Buffer.from('h2')), vector(1, Buffer.from('http/1.1')))),
      [0, 43],
      vector(2, vector(1, [3, 4, 3, 3])),
      [0, 10],
      vector(2, vector(2, [0, 29])),
      [0, 13],
      vector(2, vector(2, [4, 3, 8, 4])),
      [0, 51],
      vector(2, vector(2, [0, 29], vector(2, Buffer.alloc(32, 9)))),
    ),
  ]),
);
const serverHello = handshake(
  2,
  Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 5),
    vector(1, Buffer.alloc(32, 8)),
    Buffer.from([0x13, 0x01, 0]),
    vector(2, [0, 43, 0, 2, 3, 4], [0, 51], vector(2, [0, 29], vector(2, Buffer.alloc(32, 6)))),
  ]),
);

function handshake(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([22, 3, 1]), vector(2, [type], vector(3, content))]);
}

function applicationData(body: Buffer, bytes: number): Buffer {
  return Buffer.concat([Buffer.from([23, 3, 3]), vector(2, body.subarray(0, bytes))]);
}

function* dns(wire: Wire, ends: Ends): Generator<undefined> {
  const id = wire.random(65_536);
  const question = Buffer.concat([
    ...['host', String(wire.conversations), 'example'].map((label) => vector(1, Buffer.from(label))),
    Buffer.from([0, 0, 1, 0, 1]),
  ]);
  wire.conversations += 1;
  wire.counted('dns');
  const of = { ...ends, serverPort: 53 };
  datagram(wire, of, true, Buffer.concat([dnsHead(id, 0x0100, 0), question]));
  yield;
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 10, 2, 0, wire.random(250)]);
  datagram(wire, of, false, Buffer.concat([dnsHead(id, 0x8180, 1), question, answer]));
  yield;
}

function dnsHead(id: number, flags: number, answers: number): Buffer {
  const head = Buffer.alloc(12);
  for (const [index, value] of [id, flags, 1, answers].entries()) head.writeUInt16BE(value, index * 2);
  return head;
}

function datagram(wire: Wire, ends: Ends, fromClient: boolean, bytes: Buffer): void {
  const { into, at } = ipFrame(wire, ends, fromClient, 17, 8 + bytes.length);
  into.writeUInt16BE(8 + bytes.length, at + 4);
  into.writeUInt16BE(0, at + 6);
  bytes.copy(into, at + 8);
}

function* redis(wire: Wire, ends: Ends): Generator<undefined> {
  const talk = new Talk(wire, { ...ends, serverPort: 6379 });
  yield* talk.open();
  for (let left = 4 + wire.random(8); left > 0; left--) {
    let questions = '';
    let answers = '';
    for (let command = 0; command < 10; command++) {
      questions += `*2\r\n$3\r\nGET\r\n$8\r\nitem:${100 + wire.random(900)}\r\n`;
      answers += `$40\r\n${'v'.repeat(40)}\r\n`;
      wire.counted('redis');
    }
    yield* talk.send(true, Buffer.from(questions));
    yield* talk.send(false, Buffer.from(answers));
  }
  yield* talk.close();
}

interface Recorded {
  readonly sender: 'client' | 'server';
  readonly bytes: Buffer;
}

/** What psql and a server said to each other once. */
function recordedPostgres(): readonly Recorded[] {
  const text = readFileSync(new URL('../fixtures/database-postgres-psql.json', import.meta.url), 'utf8');
  const { chunks, deflated } = JSON.parse(text) as { chunks: string[]; deflated: string };
  const all = inflateRawSync(Buffer.from(deflated, 'base64'));
  let at = 0;
  return chunks.map((chunk) => {
    const [sender, bytes] = chunk.split(' ') as ['client' | 'server', string];
    at += Number(bytes);
    return { sender, bytes: all.subarray(at - Number(bytes), at) };
  });
}

function* postgres(wire: Wire, ends: Ends, recorded: readonly Recorded[]): Generator<undefined> {
  const talk = new Talk(wire, { ...ends, serverPort: 5432 });
  yield* talk.open();
  for (const { sender, bytes } of recorded) {
    // A simple query; the startup is none.
    if (sender === 'client' && bytes[0] === 0x51) wire.counted('postgres');
    yield* talk.send(sender === 'client', bytes);
  }
  yield* talk.close();
}

/** Makes a capture of at least `packetsMin` packets, the same each time; about 830 bytes each. */
export function writePacketMix(path: string, packetsMin: number): PacketMix {
  const wire = new Wire(path);
  const body = Buffer.alloc(600_000);
  for (let at = 0; at < body.length; at++) body[at] = wire.random(256);
  const recorded = recordedPostgres();
  const pageParts = resources(wire, body);
  const kinds = (Object.keys(weights) as Kind[]).flatMap((kind) => Array<Kind>(weights[kind]).fill(kind));
  let made = 0;

  function begin(): Generator<undefined> {
    const number = made++;
    const ends: Ends = {
      client: 0x0a01_0000 + 1 + (number % 200) + 256 * Math.floor(number / 10_000_000),
      server: 0x0a02_0000 + 1 + (number % 23),
      clientPort: 10_000 + (Math.floor(number / 200) % 50_000),
      serverPort: 0,
    };
    const kind = kinds[wire.random(kinds.length)] as Kind;
    switch (kind) {
      case 'download':
        return download(wire, ends, body);
      case 'page':
        return page(wire, ends, pageParts);
      case 'small':
        return small(wire, ends);
      case 'tls':
        return tls(wire, ends, body);
      case 'dns':
        return dns(wire, ends);
      case 'redis':
        return redis(wire, ends);
      case 'postgres':
        return postgres(wire, ends, recorded);
      default:
        return kind satisfies never;
    }
  }

  const open = Array.from({ length: openConversations }, begin);
  while (open.length > 0) {
    const index = wire.random(open.length);
    if ((open[index] as Generator<undefined>).next().done !== true) continue;
    if (wire.packets < packetsMin) open[index] = begin();
    else open.splice(index, 1);
  }
  wire.end();
  const { packets, fileBytes, conversations, exchanges } = wire;
  return { packets, fileBytes, conversations, exchanges };
}
