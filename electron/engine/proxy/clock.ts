import { performance } from 'node:perf_hooks';

const originUs = performance.timeOrigin * 1000;

/** Now, in whole µs since the Unix epoch; monotonic within the process. */
export function nowUs(): number {
  return Math.round(originUs + performance.now() * 1000);
}
