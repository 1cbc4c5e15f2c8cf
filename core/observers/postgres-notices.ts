import type { Platform } from '../model/platform.ts';
import { PostgresFields } from './postgres-fields.ts';

/** An ErrorResponse or a NoticeResponse (manual, 55.8). */
export interface PostgresNotice {
  /** `ERROR`, `FATAL`, `NOTICE`, …, never translated. */
  readonly severity: string;
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  /** What else is worth reading. */
  readonly more: readonly (readonly [name: string, value: string])[];
}

const names: Readonly<Record<string, string>> = {
  D: 'detail',
  H: 'hint',
  P: 'position',
  q: 'internal query',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'data type',
  n: 'constraint',
};
const fieldsMax = 30;

export function readNotice(platform: Platform, bytes: Uint8Array, from: number, to: number): PostgresNotice {
  const fields = new PostgresFields(bytes, from, to);
  let severity = '';
  let code = '';
  let message = '';
  const more: [string, string][] = [];
  for (let count = 0; count < fieldsMax && fields.left() > 0; count++) {
    const letter = fields.u8();
    if (letter === 0) break;
    const start = fields.at;
    const value = platform.utf8(bytes, start, fields.textEnd());
    const key = String.fromCharCode(letter);
    if (key === 'V' || (key === 'S' && severity === '')) severity = value;
    else if (key === 'C') code = value;
    else if (key === 'M') message = value;
    else {
      const name = names[key];
      if (name !== undefined) more.push([name, value]);
    }
  }
  return { severity, code, message, more };
}

/** In one line: `ERROR 42601: syntax error`. */
export function noticeText({ severity, code, message, more }: PostgresNotice): string {
  const detail = more.find(([name]) => name === 'detail')?.[1];
  return `${severity} ${code}: ${message}${detail === undefined ? '' : ` (${detail})`}`.trim();
}
