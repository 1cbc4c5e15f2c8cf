import { u32LittleAt } from '../encoding/little-endian.ts';

/** An IEEE 754-2008 decimal128 with a binary integer as its coefficient, written as the BSON specification of Decimal128 says. */
export function decimalText(bytes: Uint8Array, at: number, to: number): string {
  if (to - at < 16) return 'NaN';
  const top = u32LittleAt(bytes, at + 12);
  const sign = top >= 0x8000_0000 ? '-' : '';
  const combination = (top >>> 26) & 31;
  if (combination === 30) return `${sign}Infinity`;
  if (combination === 31) return 'NaN';
  // With both upper bits set the coefficient would be larger than any that is allowed, and counts as 0.
  const isLarge = combination >> 3 === 3;
  const exponent = (isLarge ? (top >>> 15) & 0x3fff : (top >>> 17) & 0x3fff) - 6176;
  const coefficient = isLarge
    ? 0n
    : (BigInt(top & 0x1ffff) << 96n) |
      (BigInt(u32LittleAt(bytes, at + 8)) << 64n) |
      (BigInt(u32LittleAt(bytes, at + 4)) << 32n) |
      BigInt(u32LittleAt(bytes, at));
  const all = coefficient.toString();
  const digits = all.length > 34 ? '0' : all;
  const scientific = exponent + digits.length - 1;
  if (exponent > 0 || scientific < -6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.slice(0, 1)}${fraction}E${scientific < 0 ? '' : '+'}${scientific}`;
  }
  if (exponent === 0) return sign + digits;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
