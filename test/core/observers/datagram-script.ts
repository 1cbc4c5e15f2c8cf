import { Buffer } from 'node:buffer';
import { address4, u16 } from './dns-script.ts';

/** Datagrams of STUN, DTLS, DHCP and NTP as tests write them. */

export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

/** `transaction`: a number that stands for an id. */
export function stun(
  type: number,
  transaction: number,
  attributes: readonly (readonly [type: number, value: Buffer])[] = [],
): Buffer {
  const body = Buffer.concat(
    attributes.map(([code, value]) =>
      Buffer.concat([u16(code), u16(value.length), value, Buffer.alloc((4 - (value.length % 4)) % 4)]),
    ),
  );
  return Buffer.concat([u16(type), u16(body.length), hex('2112a442'), Buffer.alloc(12, transaction), body]);
}

export function xorAddress(address: string, port: number): Buffer {
  const cookie = hex('2112a442');
  const mixed = address4(address).map((byte, at) => byte ^ cookie[at]!);
  return Buffer.concat([Buffer.from([0, 1]), u16(port ^ 0x2112), mixed]);
}

export function dtlsRecord(type: number, epoch: number, body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([type, 0xfe, 0xfd]),
    u16(epoch),
    Buffer.alloc(6),
    u16(body.length),
    body,
  ]);
}

/** A whole message in one fragment. */
export function dtlsHandshake(type: number, body: Buffer, sequence = 0): Buffer {
  const length = Buffer.from([0, ...u16(body.length)]);
  return Buffer.concat([Buffer.from([type]), length, u16(sequence), Buffer.alloc(3), length, body]);
}

interface WrittenHello {
  readonly serverName?: string;
  readonly protocols?: readonly string[];
  readonly srtp?: readonly number[];
  readonly versions?: readonly number[];
  readonly version?: number;
  readonly cookie?: boolean;
  readonly random?: number;
}

function extensions({ serverName, protocols, srtp, versions }: WrittenHello, version?: number): Buffer {
  const parts: [number, Buffer][] = [];
  if (serverName !== undefined) {
    const name = Buffer.concat([Buffer.from([0]), u16(serverName.length), Buffer.from(serverName)]);
    parts.push([0, Buffer.concat([u16(name.length), name])]);
  }
  if (protocols !== undefined) {
    const list = Buffer.concat(protocols.map((name) => Buffer.from([name.length, ...Buffer.from(name)])));
    parts.push([16, Buffer.concat([u16(list.length), list])]);
  }
  if (srtp !== undefined)
    parts.push([14, Buffer.concat([u16(srtp.length * 2), ...srtp.map(u16), Buffer.from([0])])]);
  if (versions !== undefined)
    parts.push([43, Buffer.concat([Buffer.from([versions.length * 2]), ...versions.map(u16)])]);
  if (version !== undefined) parts.push([43, u16(version)]);
  const body = Buffer.concat(
    parts.map(([type, value]) => Buffer.concat([u16(type), u16(value.length), value])),
  );
  return Buffer.concat([u16(body.length), body]);
}

export function dtlsClientHello(hello: WrittenHello): Buffer {
  return Buffer.concat([
    ...[hex('fefd'), Buffer.alloc(32, hello.random ?? 1), Buffer.from([0])],
    hello.cookie === true ? hex('04deadbeef') : Buffer.from([0]),
    ...[hex('0004c02bc02f'), hex('0100'), extensions(hello)],
  ]);
}

export function dtlsServerHello(hello: WrittenHello): Buffer {
  return Buffer.concat([
    ...[hex('fefd'), Buffer.alloc(32, 2), Buffer.from([0]), hex('c02b'), Buffer.from([0])],
    extensions(hello, hello.version),
  ]);
}

export function dhcp(
  op: 1 | 2,
  type: number,
  options: readonly (readonly [code: number, value: Buffer])[] = [],
  address = '0.0.0.0',
): Buffer {
  const fixed = Buffer.alloc(236);
  hex('01060000c0ffee11').copy(fixed, 0);
  fixed[0] = op;
  fixed[1] = 1;
  address4(address).copy(fixed, 16);
  hex('020000000001').copy(fixed, 28);
  fixed[2] = 6;
  return Buffer.concat([
    ...[fixed, hex('63825363'), Buffer.from([53, 1, type])],
    ...options.map(([code, value]) => Buffer.concat([Buffer.from([code, value.length]), value])),
    Buffer.from([255]),
  ]);
}

interface WrittenNtp {
  readonly mode: number;
  readonly stratum?: number;
  readonly reference?: Buffer;
  readonly origin?: Buffer;
  readonly receive?: Buffer;
  readonly transmit?: Buffer;
}

export function ntp(written: WrittenNtp): Buffer {
  const empty = Buffer.alloc(8);
  const { mode, stratum = 0, reference = Buffer.alloc(4), origin = empty, receive = empty } = written;
  return Buffer.concat([
    ...[Buffer.from([0x20 | mode, stratum, 6, 0xec]), hex('00000400'), Buffer.alloc(4), reference],
    ...[empty, origin, receive, written.transmit ?? empty],
  ]);
}

/** So many µs after 1970. */
export function ntpTime(us: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(2_208_988_800 + Math.floor(us / 1e6), 0);
  bytes.writeUInt32BE(Math.round(((us % 1e6) / 1e6) * 4_294_967_296), 4);
  return bytes;
}
