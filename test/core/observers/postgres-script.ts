import { Buffer } from 'node:buffer';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import type { GapObserver } from '../../../core/observers/observer.ts';
import { createPostgresObserver } from '../../../core/observers/postgres.ts';
import { nodePlatform } from '../../support/platform.ts';
import { joined, playQueries, toldQueries, type QueryStep } from './query-script.ts';

/** Messages of PostgreSQL, written by hand. */

export function u16(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 255, value & 255);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** A text with its zero. */
export function cstring(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(`${text}\0`));
}

export function raw(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

export function message(type: string, ...fields: readonly Uint8Array[]): Uint8Array {
  const body = joined(...fields);
  return joined(raw(type), u32(body.length + 4), body);
}

export function start(code: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const body = joined(u32(code), ...fields);
  return joined(u32(body.length + 4), body);
}

export const sslRequest = start(80_877_103);
export const gssRequest = start(80_877_104);

export function startup(
  parameters: Readonly<Record<string, string>> = { user: 'me', database: 'shop' },
): Uint8Array {
  return start(
    196_608,
    ...Object.entries(parameters).flatMap(([name, value]) => [cstring(name), cstring(value)]),
    raw('\0'),
  );
}

export function query(sql: string): Uint8Array {
  return message('Q', cstring(sql));
}

export function parse(name: string, sql: string, types: readonly number[] = []): Uint8Array {
  return message('P', cstring(name), cstring(sql), u16(types.length), ...types.map(u32));
}

export interface BindForm {
  readonly portal?: string;
  readonly statement?: string;
  readonly values?: readonly (string | Uint8Array | null)[];
  readonly formats?: readonly number[];
  readonly results?: readonly number[];
}

export function bind({
  portal = '',
  statement = '',
  values = [],
  formats = [],
  results = [],
}: BindForm = {}): Uint8Array {
  return message(
    'B',
    cstring(portal),
    cstring(statement),
    u16(formats.length),
    ...formats.map(u16),
    u16(values.length),
    ...values.map(sized),
    u16(results.length),
    ...results.map(u16),
  );
}

function sized(value: string | Uint8Array | null): Uint8Array {
  if (value === null) return u32(-1);
  const bytes = typeof value === 'string' ? raw(value) : value;
  return joined(u32(bytes.length), bytes);
}

export function describeStatement(name = ''): Uint8Array {
  return message('D', raw('S'), cstring(name));
}

export function describePortal(name = ''): Uint8Array {
  return message('D', raw('P'), cstring(name));
}

export function execute(portal = '', rowsMax = 0): Uint8Array {
  return message('E', cstring(portal), u32(rowsMax));
}

export const sync = message('S');
export const flush = message('H');

export function columns(
  ...names: readonly (string | readonly [name: string, type: number, format?: number])[]
): Uint8Array {
  return message(
    'T',
    u16(names.length),
    ...names.map((each) => {
      const [name, type, format = 0] = typeof each === 'string' ? ([each, 25] as const) : each;
      return joined(cstring(name), u32(0), u16(0), u32(type), u16(8), u32(-1), u16(format));
    }),
  );
}

export function row(...values: readonly (string | Uint8Array | null)[]): Uint8Array {
  return message('D', u16(values.length), ...values.map(sized));
}

export function complete(tag: string): Uint8Array {
  return message('C', cstring(tag));
}

export function ready(state = 'I'): Uint8Array {
  return message('Z', raw(state));
}

export function notice(type: 'E' | 'N', fields: Readonly<Record<string, string>>): Uint8Array {
  return message(
    type,
    ...Object.entries(fields).flatMap(([key, value]) => [raw(key), cstring(value)]),
    raw('\0'),
  );
}

export function failure(code: string, text: string, more: Readonly<Record<string, string>> = {}): Uint8Array {
  return notice('E', { S: 'ERROR', V: 'ERROR', C: code, M: text, ...more });
}

export const parsed = message('1');
export const bound = message('2');
export const closed = message('3');
export const noData = message('n');

export function openPostgres(emit: (event: QueryEvent) => void): GapObserver {
  return createPostgresObserver(nodePlatform, emit);
}

export function toldPostgres(...steps: readonly QueryStep[]): string[] {
  return toldQueries(playQueries(openPostgres, steps));
}
