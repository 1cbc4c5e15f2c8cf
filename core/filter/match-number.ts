import type { NumberTerm } from './node.ts';

/** A test of one number; null never matches. */
export function compileNumberTerm({
  min,
  max,
  minOpen,
  maxOpen,
}: NumberTerm): (value: number | null) => boolean {
  return (value) =>
    value !== null &&
    (min === null || (minOpen ? value > min : value >= min)) &&
    (max === null || (maxOpen ? value < max : value <= max));
}
