import type { HeadLine } from '../model/head-text.ts';

/** What a field is to a head: a pseudo-header field (RFC 9113 section 8.3), `priority`, or nothing special. */
export type FieldRole =
  ':method' | ':scheme' | ':authority' | ':path' | ':protocol' | ':status' | 'priority' | 'plain';

/** A decoded field; shared by table and heads, never changed. */
export interface HpackField {
  readonly line: HeadLine;
  /** `name: value` and its line end. */
  readonly text: string;
  readonly role: FieldRole;
  /** Name, value and 32 (RFC 7541 section 4.1). */
  readonly sizeBytes: number;
  /** What is wrong with it, to follow “A field ”; empty for nothing. */
  readonly flaw: string;
}

/** A field's name before it has a value. */
export interface FieldName {
  readonly name: string;
  readonly role: FieldRole;
  readonly flaw: string;
}

const ROLES = new Map<string, FieldRole>([
  [':method', ':method'],
  [':scheme', ':scheme'],
  [':authority', ':authority'],
  [':path', ':path'],
  [':protocol', ':protocol'],
  [':status', ':status'],
  ['priority', 'priority'],
]);

const GOOD_NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const LINE_BREAKER = /[\0\r\n]/;
const NAME_SHOWN_CHARS = 40;

export function createFieldName(name: string): FieldName {
  if (GOOD_NAME.test(name)) return { name, role: ROLES.get(name) ?? 'plain', flaw: '' };
  const plain = withoutLineBreaks(name);
  const shown = plain.length > NAME_SHOWN_CHARS ? `${plain.slice(0, NAME_SHOWN_CHARS)}…` : plain;
  return { name: plain, role: 'plain', flaw: `has the name “${shown}”, which cannot be one` };
}

export function createField(name: FieldName, value: string): HpackField {
  const breaks = LINE_BREAKER.test(value);
  const plain = breaks ? withoutLineBreaks(value) : value;
  return {
    line: [name.name, plain],
    text: `${name.name}: ${plain}\r\n`,
    role: name.role,
    sizeBytes: name.name.length + value.length + 32,
    flaw: breaks
      ? `named ${name.name.slice(0, NAME_SHOWN_CHARS)} holds a carriage return, line feed or NUL, shown as a space`
      : name.flaw,
  };
}

export function nameOf(field: HpackField): FieldName {
  const isNameFlawed = field.flaw !== '' && !GOOD_NAME.test(field.line[0]);
  return { name: field.line[0], role: field.role, flaw: isNameFlawed ? field.flaw : '' };
}

function withoutLineBreaks(text: string): string {
  return text.replace(/[\0\r\n]/g, ' ');
}
