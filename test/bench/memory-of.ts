import { readFileSync } from 'node:fs';
import { median } from './table.ts';

/** Resident memory of a process, MB; Linux only. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

/** Looks at the memory of a process once a second until told to stop. */
export function watchMemory(pid: number): { readonly stop: () => readonly number[] } {
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(residentMb(pid)), 1000);
  return {
    stop: () => {
      clearInterval(timer);
      return seen;
    },
  };
}

/** The median of the last third less that of the third before it: what it still grows by. */
export function growthMb(seen: readonly number[]): number {
  const third = Math.floor(seen.length / 3);
  return median(seen.slice(-third)) - median(seen.slice(-2 * third, -third));
}
