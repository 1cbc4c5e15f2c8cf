import type { NumberUnit } from './filter-words.ts';

/** A number as it was written: its value in the field's unit, and how far its last digit reaches to either side. */
export interface Quantity {
  readonly value: number;
  readonly half: number;
}

const timeUnitsUs: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  μs: 1,
  '': 1e3,
  ms: 1e3,
  s: 1e6,
  m: 60e6,
  min: 60e6,
  h: 3600e6,
};

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
};

/** Units as completion offers them, the most usual first. */
export function unitsOf(unit: NumberUnit): readonly string[] {
  switch (unit) {
    case 'time':
      return ['ms', 's', 'us', 'm', 'h'];
    case 'bytes':
      return ['k', 'M', 'G', 'B', 'KiB', 'MiB'];
    case 'moment':
      return ['m', 's', 'h'];
    case 'plain':
    case 'status':
    case 'grpc-status':
      return [];
    default:
      return unit satisfies never;
  }
}

/** `1.5s` in µs, `100k` in bytes, `404` as it is; null for anything else and for more than 2⁵³ - 1. */
export function parseQuantity(text: string, unit: 'plain' | 'bytes' | 'time'): Quantity | null {
  const [, digits = '', fraction = '', suffix = ''] =
    /^(\d{1,16})(?:\.(\d{1,9}))?([a-zµμ]*)$/i.exec(text) ?? [];
  if (digits === '') return null;
  const factor = unit === 'plain' ? (suffix === '' ? 1 : undefined) : unitFactor(suffix, unit);
  if (factor === undefined || (unit === 'plain' && fraction !== '')) return null;
  const value = Math.round(Number(`${digits}.${fraction === '' ? '0' : fraction}`) * factor);
  if (value > Number.MAX_SAFE_INTEGER) return null;
  return { value, half: factor / 10 ** fraction.length / 2 };
}

function unitFactor(suffix: string, unit: 'bytes' | 'time'): number | undefined {
  const units = unit === 'time' ? timeUnitsUs : byteUnits;
  const name = suffix.toLowerCase();
  return Object.hasOwn(units, name) ? units[name] : undefined;
}

/** `2h`, `30s`: a time with its unit, in µs. */
export function parseAgeUs(text: string): number | null {
  return /[a-zµμ]$/i.test(text) ? (parseQuantity(text, 'time')?.value ?? null) : null;
}

/** The shortest text that `parseQuantity` reads as exactly this. */
export function formatQuantity(value: number, unit: 'plain' | 'bytes' | 'time'): string {
  if (unit === 'plain') return String(value);
  const steps: readonly (readonly [string, number])[] =
    unit === 'time'
      ? [
          ['h', 3600e6],
          ['m', 60e6],
          ['s', 1e6],
          ['ms', 1e3],
        ]
      : [
          ['G', 1e9],
          ['M', 1e6],
          ['k', 1e3],
        ];
  const step = value === 0 ? undefined : steps.find(([, factor]) => value % factor === 0);
  return step === undefined ? `${value}${unit === 'time' ? 'us' : 'B'}` : `${value / step[1]}${step[0]}`;
}
