import { cutText } from '../encoding/cut-text.ts';
import { hexOfBytes } from '../encoding/hex.ts';
import type { Platform } from '../model/platform.ts';

/** Types whose binary form is their text (pg_type.dat): "char", name, text, json, xml, unknown, bpchar, varchar. */
const textTypes = new Set([18, 19, 25, 114, 142, 705, 1042, 1043]);
/** Arrays and the type of their elements. */
const arrayTypes = new Set([
  1000, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1115, 1182, 1185, 1231, 2951,
]);
const bytea = 17;
/** 2000-01-01 in µs since the Unix epoch, from which PostgreSQL counts. */
const epochMs = Date.UTC(2000, 0, 1);
const dayMs = 86_400_000;
const elementsMax = 100;

/**
 * A value as PostgreSQL would write it, at most `charsMax`. `isBinary` is how it was sent; binary values of types that
 * are not known here are in hex, as `\x…`. `to` may be less than the length that was announced: then the end is `…`.
 */
export function postgresValue(
  platform: Platform,
  bytes: Uint8Array,
  from: number,
  to: number,
  type: number,
  isBinary: boolean,
  charsMax: number,
): string {
  if (!isBinary || textTypes.has(type)) {
    // A character is at most three bytes of UTF-8 for each of its units.
    const end = Math.min(to, from + 3 * charsMax + 3);
    return cutText(platform.utf8(bytes, from, end), charsMax);
  }
  return cutText(binaryValue(platform, bytes, from, to, type, charsMax), charsMax);
}

function binaryValue(
  platform: Platform,
  bytes: Uint8Array,
  from: number,
  to: number,
  type: number,
  charsMax: number,
): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, to - from);
  const length = to - from;
  if (type === bytea) return hex(bytes, from, to, charsMax);
  switch (type) {
    case 16: // bool
      if (length === 1) return bytes[from] === 0 ? 'f' : 't';
      break;
    case 20: // int8
      if (length === 8) return String(view.getBigInt64(0));
      break;
    case 21: // int2
      if (length === 2) return String(view.getInt16(0));
      break;
    case 23: // int4
      if (length === 4) return String(view.getInt32(0));
      break;
    case 26: // oid
      if (length === 4) return String(view.getUint32(0));
      break;
    case 700: // float4
      if (length === 4) return String(Number(view.getFloat32(0).toPrecision(8)));
      break;
    case 701: // float8
      if (length === 8) return String(view.getFloat64(0));
      break;
    case 1082: // date
      if (length === 4) return dateText(view.getInt32(0));
      break;
    case 1083: // time
      if (length === 8) return timeText(view.getBigInt64(0));
      break;
    case 1114: // timestamp
    case 1184: // timestamptz
      if (length === 8) return timestampText(view.getBigInt64(0), type === 1184 ? '+00' : '');
      break;
    case 1700: // numeric
      return numericText(view) ?? hex(bytes, from, to, charsMax);
    case 2950: // uuid
      if (length === 16) return uuidText(hex(bytes, from, to, charsMax).slice(2));
      break;
    case 3802: // jsonb: a version, then text
      if (length > 0 && bytes[from] === 1)
        return platform.utf8(bytes, from + 1, Math.min(to, from + 3 * charsMax + 4));
      break;
    default:
      if (arrayTypes.has(type)) {
        return arrayText(platform, bytes, view, from, charsMax) ?? hex(bytes, from, to, charsMax);
      }
  }
  return hex(bytes, from, to, charsMax);
}

function hex(bytes: Uint8Array, from: number, to: number, charsMax: number): string {
  return `\\x${hexOfBytes(bytes.subarray(from, Math.min(to, from + charsMax)))}`;
}

function uuidText(digits: string): string {
  return [0, 8, 12, 16, 20].map((from, index) => digits.slice(from, [8, 12, 16, 20, 32][index])).join('-');
}

function dateText(days: number): string {
  if (days === 0x7fff_ffff) return 'infinity';
  if (days === -0x8000_0000) return '-infinity';
  const date = new Date(epochMs + days * dayMs);
  return Number.isNaN(date.getTime()) ? `${days} days after 2000-01-01` : isoDay(date);
}

function isoDay(date: Date): string {
  const text = date.toISOString();
  return text.slice(0, text.indexOf('T'));
}

function timeText(us: bigint): string {
  const total = Number(us);
  const seconds = Math.floor(total / 1e6);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':') + fraction(total - seconds * 1e6);
}

function fraction(us: number): string {
  return us === 0 ? '' : `.${String(us).padStart(6, '0').replace(/0+$/, '')}`;
}

function timestampText(us: bigint, zone: string): string {
  if (us === 0x7fff_ffff_ffff_ffffn) return 'infinity';
  if (us === -0x8000_0000_0000_0000n) return '-infinity';
  const total = Number(us);
  const days = Math.floor(total / (dayMs * 1000));
  const date = new Date(epochMs + days * dayMs);
  if (Number.isNaN(date.getTime())) return `${us} µs after 2000-01-01`;
  return `${isoDay(date)} ${timeText(us - BigInt(days) * BigInt(dayMs * 1000))}${zone}`;
}

/** Digits of base 10,000 with a weight and a scale (numeric_send); null if that does not fit the length. */
function numericText(view: DataView): string | null {
  if (view.byteLength < 8) return null;
  const count = view.getUint16(0);
  const weight = view.getInt16(2);
  const sign = view.getUint16(4);
  const scale = view.getUint16(6);
  if (sign === 0xc000) return 'NaN';
  if (sign === 0xd000) return 'Infinity';
  if (sign === 0xf000) return '-Infinity';
  if (view.byteLength !== 8 + 2 * count || Math.abs(weight) > 2000 || scale > 2000) return null;
  const digit = (at: number): string =>
    at >= 0 && at < count ? String(view.getUint16(8 + 2 * at)).padStart(4, '0') : '0000';
  let whole = '';
  for (let at = 0; at <= weight; at++) whole += digit(at);
  let part = '';
  for (let at = weight + 1; part.length < scale; at++) part += digit(at);
  const text = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === 0x4000 ? '-' : ''}${text}${scale === 0 ? '' : `.${part.slice(0, scale)}`}`;
}

/** Arrays of one dimension; null for others and for what does not fit. */
function arrayText(
  platform: Platform,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  charsMax: number,
): string | null {
  if (view.byteLength < 12) return null;
  const dimensions = view.getInt32(0);
  if (dimensions === 0) return '{}';
  if (dimensions !== 1 || view.byteLength < 20) return null;
  const type = view.getInt32(8);
  const count = view.getInt32(12);
  const elements: string[] = [];
  let at = 20;
  for (let index = 0; index < count; index++) {
    if (index === elementsMax) {
      elements.push('…');
      break;
    }
    if (at + 4 > view.byteLength) return null;
    const length = view.getInt32(at);
    at += 4;
    if (length === -1) elements.push('NULL');
    else {
      if (length < 0 || at + length > view.byteLength || arrayTypes.has(type)) return null;
      elements.push(postgresValue(platform, bytes, from + at, from + at + length, type, true, charsMax));
      at += length;
    }
  }
  return `{${elements.join(',')}}`;
}
