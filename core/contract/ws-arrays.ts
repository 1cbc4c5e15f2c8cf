/**
 * Arrays of numbers in the value of a message, other than one `Uint8Array` at `bytes`: its own fields, and the fields of the elements of
 * a list in it (`sources[0].bytes`). Deeper ones are not looked for.
 */
export interface PlacedArray {
  readonly path: readonly (string | number)[];
  readonly kind: 'u8' | 'f64';
  readonly bytes: Uint8Array;
}

type Value = Record<string, unknown>;

/** The value without its arrays, and these; null where there are none, or only one `Uint8Array` at `bytes`. */
export function takeArrays(value: Value): { readonly value: Value; readonly arrays: PlacedArray[] } | null {
  const arrays: PlacedArray[] = [];
  const rest: Value = { ...value };
  let isOther = false;
  for (const [name, field] of Object.entries(value)) {
    const placed = placedArray([name], field);
    if (placed !== null) {
      arrays.push(placed);
      rest[name] = null;
      isOther ||= name !== 'bytes' || placed.kind !== 'u8';
    } else if (Array.isArray(field) && field.some(holdsArray)) {
      isOther = true;
      rest[name] = field.map((element: unknown, at) => withoutArrays(element, [name, at], arrays));
    }
  }
  return isOther ? { value: rest, arrays } : null;
}

/** Puts arrays back where `places` (as it came) says; false for what is not such a list or does not fit. */
export function putArrays(value: Value, places: unknown, bytes: Uint8Array): boolean {
  if (!Array.isArray(places)) return false;
  let at = 0;
  for (const place of places as unknown[]) {
    if (!isRecord(place)) return false;
    const { path, kind, length } = place;
    if (!Array.isArray(path) || typeof length !== 'number' || !(length >= 0) || at + length > bytes.length)
      return false;
    const holder = path.slice(0, -1).reduce<unknown>(fieldOf, value);
    const name: unknown = path.at(-1);
    if (!isRecord(holder) || typeof name !== 'string' || !Object.hasOwn(holder, name)) return false;
    const part = bytes.subarray(at, at + length);
    holder[name] = kind === 'f64' ? new Float64Array(part.slice().buffer, 0, length >> 3) : part;
    at += length;
  }
  return true;
}

function fieldOf(holder: unknown, name: unknown): unknown {
  if (Array.isArray(holder) && typeof name === 'number') return holder[name];
  return isRecord(holder) && typeof name === 'string' && Object.hasOwn(holder, name) ? holder[name] : null;
}

function placedArray(path: PlacedArray['path'], field: unknown): PlacedArray | null {
  if (field instanceof Uint8Array) return { path, kind: 'u8', bytes: field };
  if (!(field instanceof Float64Array)) return null;
  return { path, kind: 'f64', bytes: new Uint8Array(field.buffer, field.byteOffset, field.byteLength) };
}

function holdsArray(element: unknown): boolean {
  return isRecord(element) && Object.values(element).some((field) => placedArray([], field) !== null);
}

function withoutArrays(element: unknown, path: PlacedArray['path'], arrays: PlacedArray[]): unknown {
  if (!isRecord(element)) return element;
  const rest: Value = { ...element };
  for (const [name, field] of Object.entries(element)) {
    const placed = placedArray([...path, name], field);
    if (placed === null) continue;
    arrays.push(placed);
    rest[name] = null;
  }
  return rest;
}

export function isRecord(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
