const distanceMax = 2;

/** The name that a person most likely meant: at most two letters wrong, swapped, missing or too many; else null. */
export function nearestName(typed: string, names: readonly string[]): string | null {
  const wanted = typed.toLowerCase();
  if (wanted.length > 40) return null;
  const allowed = wanted.length < 4 ? 1 : distanceMax;
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, name);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Levenshtein's distance where swapping two neighbours counts once (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1);
      const cheapest = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      const isSwap =
        i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      row.push(isSwap ? Math.min(cheapest, (beforeLast[j - 2] ?? 0) + 1) : cheapest);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
