import { formatDuration, formatMicroseconds } from '../format/duration.ts';
import { formatBytes, formatSize } from '../format/size.ts';

interface DurationProps {
  readonly us: number;
  /** What was measured, said on hover after the exact figure. */
  readonly meaning?: string;
}

export function Duration({ us, meaning }: DurationProps) {
  const exact = formatMicroseconds(us);
  return <span title={meaning === undefined ? exact : `${exact} · ${meaning}`}>{formatDuration(us)}</span>;
}

export function Size({ bytes, meaning }: { readonly bytes: number; readonly meaning?: string }) {
  const exact = formatBytes(bytes);
  return <span title={meaning === undefined ? exact : `${exact} · ${meaning}`}>{formatSize(bytes)}</span>;
}
