import { cutText } from '../encoding/cut-text.ts';
import { hexOfBytes } from '../encoding/hex.ts';
import type { Platform } from '../model/platform.ts';
import type { MysqlFields } from './mysql-fields.ts';

/** A column of rows, or a parameter: its type (`enum_field_types`), and what its bytes mean. */
export interface MysqlType {
  readonly type: number;
  readonly isUnsigned: boolean;
  /** Its text is bytes (character set 63). */
  readonly isBinary: boolean;
}

const T = {
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  bit: 16,
} as const;

/** A text of so many bytes, at most `charsMax`: bytes that are no text in hex, as `0x…`. Goes on behind it. */
export function mysqlText(
  platform: Platform,
  fields: MysqlFields,
  length: number,
  isBinary: boolean,
  charsMax: number,
): string {
  const from = fields.at;
  const to = Math.min(fields.end, from + length);
  fields.skip(length);
  // A character is at most three bytes of UTF-8 for each of its units.
  const shown = Math.min(to, from + 3 * charsMax + 3);
  const text = platform.utf8(fields.bytes, from, shown);
  const looksBinary = isBinary && (text.includes('\ufffd') || text.includes('\0'));
  return cutText(looksBinary ? hex(fields, from, Math.min(to, from + charsMax)) : text, charsMax);
}

/** A value of the binary protocol; goes on behind it. */
export function mysqlValue(
  platform: Platform,
  fields: MysqlFields,
  kind: MysqlType,
  charsMax: number,
): string | null {
  const { isUnsigned } = kind;
  switch (kind.type) {
    case T.null:
      return null;
    case T.tiny:
      return signed(fields.u8(), 8, isUnsigned);
    case T.short:
    case T.year:
      return signed(fields.u16(), 16, isUnsigned);
    case T.long:
    case T.int24:
      return signed(fields.u32(), 32, isUnsigned);
    case T.longlong:
      return longlong(fields, isUnsigned);
    case T.float:
      return floating(fields, 4);
    case T.double:
      return floating(fields, 8);
    case T.date:
    case T.datetime:
    case T.timestamp:
      return moment(fields, kind.type === T.date);
    case T.time:
      return duration(fields);
    case T.bit: {
      const length = fields.length();
      const from = fields.at;
      fields.skip(length);
      return cutText(hex(fields, from, Math.min(fields.at, from + charsMax)), charsMax);
    }
    default:
      return mysqlText(platform, fields, fields.length(), kind.isBinary, charsMax);
  }
}

function hex({ bytes }: MysqlFields, from: number, to: number): string {
  return `0x${hexOfBytes(bytes.subarray(from, to))}`;
}

function signed(value: number, bits: number, isUnsigned: boolean): string {
  return String(isUnsigned || value < 2 ** (bits - 1) ? value : value - 2 ** bits);
}

function longlong(fields: MysqlFields, isUnsigned: boolean): string {
  if (fields.left() < 8) {
    fields.skip(8);
    return '…';
  }
  const view = new DataView(fields.bytes.buffer, fields.bytes.byteOffset + fields.at, 8);
  fields.skip(8);
  return String(isUnsigned ? view.getBigUint64(0, true) : view.getBigInt64(0, true));
}

function floating(fields: MysqlFields, size: 4 | 8): string {
  if (fields.left() < size) {
    fields.skip(size);
    return '…';
  }
  const view = new DataView(fields.bytes.buffer, fields.bytes.byteOffset + fields.at, size);
  fields.skip(size);
  return size === 8
    ? String(view.getFloat64(0, true))
    : String(Number(view.getFloat32(0, true).toPrecision(7)));
}

/** Year, month, day; hour, minute, second; µs: as much as its length says. */
function moment(fields: MysqlFields, isDate: boolean): string {
  const length = fields.u8();
  const end = fields.at + length;
  const day = length >= 4 ? `${two(fields.u16(), 4)}-${two(fields.u8())}-${two(fields.u8())}` : '0000-00-00';
  const time = length >= 7 ? `${two(fields.u8())}:${two(fields.u8())}:${two(fields.u8())}` : '00:00:00';
  const us = length >= 11 ? fields.u32() : 0;
  fields.skip(Math.max(0, end - fields.at));
  return isDate && length <= 4 ? day : `${day} ${time}${fraction(us)}`;
}

function duration(fields: MysqlFields): string {
  const length = fields.u8();
  const end = fields.at + length;
  if (length < 8) {
    fields.skip(length);
    return '00:00:00';
  }
  const sign = fields.u8() === 1 ? '-' : '';
  const hours = fields.u32() * 24 + fields.u8();
  const rest = `${two(fields.u8())}:${two(fields.u8())}`;
  const us = length >= 12 ? fields.u32() : 0;
  fields.skip(Math.max(0, end - fields.at));
  return `${sign}${two(hours)}:${rest}${fraction(us)}`;
}

function two(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

function fraction(us: number): string {
  return us === 0 ? '' : `.${two(us, 6)}`;
}
