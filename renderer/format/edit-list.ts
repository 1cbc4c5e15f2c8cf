/** Where an equal entry stands; -1 for nowhere. */
function placeOf<T>(list: readonly T[], entry: T): number {
  const wanted = JSON.stringify(entry);
  return list.findIndex((each) => JSON.stringify(each) === wanted);
}

/** The list without the first entry that equals this one. */
export function without<T>(list: readonly T[], entry: T): T[] {
  const at = placeOf(list, entry);
  return list.filter((_each, index) => index !== at);
}

/** The list with another entry in place of the first that equals this one, or at its end if there is none any more. */
export function replaced<T>(list: readonly T[], entry: T, by: T): T[] {
  const at = placeOf(list, entry);
  return at < 0 ? [...list, by] : list.with(at, by);
}

/** The list with an entry brought back to where it stood, unless it is there. */
export function restored<T>(list: readonly T[], entry: T, index: number): T[] {
  return placeOf(list, entry) < 0 ? list.toSpliced(index, 0, entry) : [...list];
}
