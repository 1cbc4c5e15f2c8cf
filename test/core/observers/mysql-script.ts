import { Buffer } from 'node:buffer';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import type { GapObserver } from '../../../core/observers/observer.ts';
import { createMysqlObserver } from '../../../core/observers/mysql.ts';
import { nodePlatform } from '../../support/platform.ts';
import { asks, tells, joined, playQueries, toldQueries, type QueryStep } from './query-script.ts';

/** Packets of MySQL, written by hand. */

export function le(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) & 255);
}

export function raw(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** A text with its length in front. */
export function sized(value: string | Uint8Array | null): Uint8Array {
  if (value === null) return Uint8Array.of(0xfb);
  const bytes = typeof value === 'string' ? raw(value) : value;
  const length =
    bytes.length < 251 ? Uint8Array.of(bytes.length) : joined(Uint8Array.of(0xfc), le(bytes.length, 2));
  return joined(length, bytes);
}

export function packet(sequence: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const body = joined(...fields);
  return joined(le(body.length, 3), Uint8Array.of(sequence), body);
}

/** Packets that follow each other, from this number on. */
export function packets(from: number, ...payloads: readonly Uint8Array[]): Uint8Array {
  return joined(...payloads.map((payload, index) => packet((from + index) & 255, payload)));
}

export function command(byte: number, ...fields: readonly Uint8Array[]): Uint8Array {
  return packet(0, Uint8Array.of(byte), ...fields);
}

export function query(sql: string): Uint8Array {
  return command(3, raw(sql));
}

const serverFlags = 0xffff_ffff;
export const clientFlags = {
  plain: 0x0008_8208,
  deprecateEof: 0x0108_8208,
  tracking: 0x0188_8208,
  attributes: 0x0908_8208,
  ssl: 0x0008_8a08,
  compress: 0x0008_8228,
} as const;

export function greeting(version = '10.11.19-MariaDB', mariadb = 0): Uint8Array {
  const flags = mariadb === 0 ? serverFlags : serverFlags - 1;
  return packet(
    0,
    Uint8Array.of(10),
    raw(`${version}\0`),
    le(42, 4),
    raw('12345678\0'),
    le(flags & 0xffff, 2),
    Uint8Array.of(33, 2, 0),
    le(flags >>> 16, 2),
    Uint8Array.of(21),
    new Uint8Array(6),
    le(mariadb, 4),
    raw('123456789012\0mysql_native_password\0'),
  );
}

export function login(flags: number, mariadb = 0): Uint8Array {
  return packet(
    1,
    le(flags, 4),
    le(0x100_0000, 4),
    Uint8Array.of(33),
    new Uint8Array(19),
    le(mariadb, 4),
    raw('ann\0'),
    Uint8Array.of(6),
    raw('secret'),
    raw('shop\0mysql_native_password\0'),
  );
}

export interface OkForm {
  readonly affected?: number;
  readonly insertId?: number;
  readonly status?: number;
  readonly warnings?: number;
  readonly info?: Uint8Array;
  readonly header?: number;
}

export function ok({
  affected = 0,
  insertId = 0,
  status = 2,
  warnings = 0,
  info,
  header = 0,
}: OkForm = {}): Uint8Array {
  return joined(
    Uint8Array.of(header, affected, insertId),
    le(status, 2),
    le(warnings, 2),
    ...(info === undefined ? [] : [info]),
  );
}

export function eof(status = 2, warnings = 0): Uint8Array {
  return joined(Uint8Array.of(0xfe), le(warnings, 2), le(status, 2));
}

export function failure(errno: number, state: string, text: string): Uint8Array {
  return joined(Uint8Array.of(0xff), le(errno, 2), raw(`#${state}${text}`));
}

export function column(name: string, type = 253, flags = 0, charset = 33): Uint8Array {
  return joined(
    ...['def', 'shop', 't', 't', name, name].map(sized),
    Uint8Array.of(12),
    le(charset, 2),
    le(255, 4),
    Uint8Array.of(type),
    le(flags, 2),
    Uint8Array.of(0, 0, 0),
  );
}

export function row(...values: readonly (string | null)[]): Uint8Array {
  return joined(...values.map(sized));
}

export function preparedOk(id: number, columns: number, parameters: number): Uint8Array {
  return joined(Uint8Array.of(0), le(id, 4), le(columns, 2), le(parameters, 2), new Uint8Array(3));
}

/** `values`: already as bytes; null for NULL. */
export function execute(
  id: number,
  types: readonly (readonly [type: number, flag: number])[],
  values: readonly (Uint8Array | null)[],
): Uint8Array {
  const nulls = new Uint8Array((values.length + 7) >> 3);
  for (const [index, value] of values.entries()) if (value === null) nulls[index >> 3]! |= 1 << (index & 7);
  return command(
    0x17,
    le(id, 4),
    Uint8Array.of(0),
    le(1, 4),
    nulls,
    Uint8Array.of(types.length > 0 ? 1 : 0),
    ...types.map((type) => Uint8Array.from(type)),
    ...values.filter((value) => value !== null),
  );
}

export function binaryRow(values: readonly (Uint8Array | null)[]): Uint8Array {
  const nulls = new Uint8Array((values.length + 9) >> 3);
  for (const [index, value] of values.entries()) {
    if (value === null) nulls[(index + 2) >> 3]! |= 1 << ((index + 2) & 7);
  }
  return joined(Uint8Array.of(0), nulls, ...values.filter((value) => value !== null));
}

export function hello(flags: number = clientFlags.plain): readonly QueryStep[] {
  return [tells(greeting()), asks(login(flags)), tells(packet(2, ok()))];
}

export function openMysql(emit: (event: QueryEvent) => void): GapObserver {
  return createMysqlObserver(nodePlatform, emit);
}

export function toldMysql(...steps: readonly QueryStep[]): string[] {
  return toldQueries(playQueries(openMysql, steps));
}
