/**
 * Protocol names as the runtime takes them, in wire form (RFC 7301 section 3.1): a name is any bytes, which lists of
 * text would turn into UTF-8. Names that cannot be sent (none, or more than 255 bytes) are left out.
 */
export function alpnWire(names: readonly string[]): Buffer {
  const pieces = names
    .filter(({ length }) => length > 0 && length < 256)
    .map((name) => Buffer.from(String.fromCharCode(name.length) + name, 'latin1'));
  return Buffer.concat(pieces);
}
